//! Tells the crate which target it is compiled for, as rustc spells it.

fn main() {
    let target = std::env::var("TARGET").expect("Cargo sets TARGET for build scripts");
    println!("cargo::rustc-env=BESKID_HOST_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
}
