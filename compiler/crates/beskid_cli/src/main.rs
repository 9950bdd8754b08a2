//! The `beskid` command.

fn main() {}
