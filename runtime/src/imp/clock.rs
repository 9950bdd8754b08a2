//! The clocks of the system.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

pub(crate) unsafe fn clock_realtime_nanos() -> i64 {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => nanoseconds(since),
        Err(before) => -nanoseconds(before.duration()),
    }
}

pub(crate) unsafe fn clock_monotonic_nanos() -> i64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    nanoseconds(FIRST.get_or_init(Instant::now).elapsed())
}

/// As many as there is room for, which are 292 years.
fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
