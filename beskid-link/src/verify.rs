//! Compares every object of a scan with the runtime of the scan.

use beskid_abi::report::{Party, Refusal, Report};
use beskid_abi::{Evidence, Mismatch, check_evidence};

use crate::allow::Allowances;
use crate::scan::{Found, Scan};

/// What came of the comparison.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The refusals; without any, the link may go on.
    pub report: Report,
    /// What was refused and then allowed by the escape hatch, one sentence each.
    pub allowed: Vec<String>,
}

impl Verdict {
    /// Whether the link may go on.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.report.refusals.is_empty()
    }
}

/// Compares every object with every runtime of the scan.
///
/// Objects without any runtime are refused too, unless a runtime may still join: later, because
/// the output is an object again; or from where only the linker looks, such as bitcode. Then the
/// guard in the object decides.
#[must_use]
pub fn verify(scan: &Scan, allowances: &Allowances) -> Verdict {
    let mut verdict = Verdict::default();
    let runtimes: Vec<_> = scan.runtimes().collect();
    let may_join = scan.is_open || scan.bitcode_count > 0;
    for object in scan.objects() {
        if runtimes.is_empty() && !may_join {
            verdict.add(without_runtime(object), allowances);
        }
        for runtime in &runtimes {
            let (place, runtime_place) = (object.place(), runtime.place());
            let sides = ((&*place, object.evidence()), (&*runtime_place, runtime.evidence()));
            verdict.add(Refusal::of(sides.0, sides.1), allowances);
        }
    }
    verdict.explain(scan);
    verdict
}

fn without_runtime(object: &Found) -> Option<Refusal> {
    let nothing = Evidence::Missing { import: None };
    let mut mismatches = check_evidence(object.evidence(), nothing).err()?;
    mismatches.retain(|mismatch| *mismatch != Mismatch::RuntimeWithoutRecord);
    mismatches.push(Mismatch::NoRuntime);
    let object = Party::new(object.place(), object.evidence());
    Some(Refusal { object, runtime: Party::new("none", nothing), mismatches })
}

impl Verdict {
    fn add(&mut self, refusal: Option<Refusal>, allowances: &Allowances) {
        let Some(mut refusal) = refusal else { return };
        let place = refusal.object.place().to_owned();
        let is_allowed = |mismatch: &mut Mismatch| allowances.allow(&place, mismatch.key());
        let allowed = refusal.mismatches.extract_if(.., is_allowed);
        self.allowed.extend(allowed.map(|mismatch| format!("{place}: {mismatch}")));
        if !refusal.mismatches.is_empty() {
            self.report.refusals.push(refusal);
        }
    }

    /// Adds what may be behind a missing runtime.
    fn explain(&mut self, scan: &Scan) {
        let lacks = |refusal: &Refusal| refusal.mismatches.contains(&Mismatch::NoRuntime);
        if self.report.refusals.iter().any(lacks) {
            let empty = scan.empty_archives.iter();
            let notes =
                empty.map(|path| format!("the archive {} is empty (0 members)", path.display()));
            self.report.notes.extend(notes);
        }
    }
}
