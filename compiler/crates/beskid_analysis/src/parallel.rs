//! Work on several threads whose result does not depend on timing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Gives the results of `work` for all items, in the order of the items. Up to `threads` threads, this one among
/// them, take one item after the other; each has a `worker` of its own, whose memory it uses again.
pub fn map_in_order<T: Send, W, R: Send>(
    items: Vec<T>,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.min(items.len());
    if threads <= 1 {
        let mut worker = worker();
        return items.into_iter().map(|item| work(&mut worker, item)).collect();
    }
    let items: Vec<Mutex<Option<T>>> = items.into_iter().map(|it| Mutex::new(Some(it))).collect();
    let next = AtomicUsize::new(0);
    let take_items = || {
        let mut worker = worker();
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return results };
            let item = item.lock().unwrap_or_else(PoisonError::into_inner).take();
            results.extend(item.map(|item| (index, work(&mut worker, item))));
        }
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take_items)).collect();
        let own = take_items();
        let others = others.into_iter().flat_map(|thread| match thread.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        own.into_iter().chain(others).collect()
    });
    results.sort_unstable_by_key(|&(index, _)| index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_items_on_any_number_of_threads() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [0, 1, 2, 7, 2000] {
            let doubled = map_in_order(items.clone(), threads, || (), |(), item| item * 2);
            assert!(doubled.iter().zip(&items).all(|(&double, &item)| double == item * 2));
            assert_eq!(doubled.len(), items.len());
        }
    }

    #[test]
    fn a_thread_keeps_its_worker() {
        let counts = map_in_order(
            vec![(); 100],
            1,
            || 0,
            |count, ()| {
                *count += 1;
                *count
            },
        );
        assert_eq!(counts, (1..=100).collect::<Vec<i32>>());
    }

    #[test]
    fn a_panic_of_a_thread_goes_on() {
        let items: Vec<u32> = (0..100).collect();
        let result = std::panic::catch_unwind(|| {
            map_in_order(items, 4, || (), |(), item| assert_ne!(item, 50, "item 50"))
        });
        assert!(result.is_err());
    }
}
