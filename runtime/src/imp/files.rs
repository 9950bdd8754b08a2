//! Files and directories.
//!
//! Results are the numbers that `compiler/corelib/Core/FS.bsk` makes errors of; the documentation of
//! the row `fs_status` lists them.

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use beskid_abi::BeskidStr;

use crate::object::{new_string, require_text};
use crate::walk::Caller;

thread_local! {
    static LAST_READ: Cell<i64> = const { Cell::new(0) };
}

pub(crate) unsafe fn fs_read_text(path: *const BeskidStr, caller: Caller) -> *mut BeskidStr {
    // SAFETY: the caller passes a string.
    let read = fs::read_to_string(unsafe { require_text(path) });
    LAST_READ.set(status(&read));
    new_string(&[&read.unwrap_or_default()], Some(caller), &[])
}

pub(crate) unsafe fn fs_status() -> i64 {
    LAST_READ.get()
}

pub(crate) unsafe fn fs_write_text(path: *const BeskidStr, text: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes strings.
    let (path, text) = unsafe { (require_text(path), require_text(text)) };
    status(&replace(Path::new(path), &mut text.as_bytes()))
}

pub(crate) unsafe fn fs_copy(from: *const BeskidStr, to: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes strings.
    let (from, to) = unsafe { (require_text(from), require_text(to)) };
    let source = open_file(Path::new(from));
    LAST_READ.set(status(&source));
    status(&source.and_then(|mut file| replace(Path::new(to), &mut file)))
}

pub(crate) unsafe fn fs_delete(path: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string.
    let path = Path::new(unsafe { require_text(path) });
    status(&fs::symlink_metadata(path).and_then(|metadata| {
        if metadata.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) }
    }))
}

pub(crate) unsafe fn fs_mkdir(path: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string.
    status(&fs::create_dir_all(unsafe { require_text(path) }))
}

pub(crate) unsafe fn fs_exists(path: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string.
    i64::from(fs::metadata(unsafe { require_text(path) }).is_ok())
}

/// Opening a directory succeeds, and only reading it fails.
fn open_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { Ok(file) }
}

/// Gives a file new content. A regular file changes as a whole or not at all: the content goes to a
/// new file beside it, which then takes its name. Links are followed, and permissions stay.
fn replace(path: &Path, content: &mut dyn Read) -> io::Result<()> {
    let existing = match fs::metadata(path) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let Some(metadata) = &existing else { return replace_by_rename(path, content, None) };
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        // Pipes and devices are written to; a file in their place is not what anybody wants.
        return io::copy(content, &mut OpenOptions::new().write(true).open(path)?).map(drop);
    }
    // What may not be written must not be replaced either.
    OpenOptions::new().write(true).open(path)?;
    replace_by_rename(&fs::canonicalize(path)?, content, Some(metadata.permissions()))
}

fn replace_by_rename(
    path: &Path,
    content: &mut dyn Read,
    permissions: Option<fs::Permissions>,
) -> io::Result<()> {
    let beside = name_beside(path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
    let written = io::copy(content, &mut file)
        .and_then(|_| file.flush())
        .and_then(|()| permissions.map_or(Ok(()), |it| file.set_permissions(it)))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name in the directory of a file that nothing else uses.
fn name_beside(path: &Path) -> io::Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy();
    // The name may be as long as names can be already.
    let start: String = name.chars().take(32).collect();
    Ok(path.with_file_name(format!(".{start}.{}-{count}.tmp", std::process::id())))
}

/// The number of a result, see the row `fs_status`.
fn status<T>(result: &io::Result<T>) -> i64 {
    let Err(error) = result else { return 0 };
    match (error.kind(), error.raw_os_error()) {
        (ErrorKind::NotFound, _) => -1,
        (ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem, _) => -2,
        (ErrorKind::AlreadyExists, _) => -3,
        (ErrorKind::IsADirectory, _) => -4,
        (ErrorKind::NotADirectory, _) => -5,
        (ErrorKind::DirectoryNotEmpty, _) => -6,
        (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => -7,
        (ErrorKind::InvalidData, _) => -8,
        (ErrorKind::InvalidInput | ErrorKind::InvalidFilename, _) => -9,
        (_, Some(number)) => i64::from(number),
        (_, None) => -10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_content_and_no_other_file() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::StorageFull.into())
            }
        }
        let directory = std::env::temp_dir().join(format!("beskid-files-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory");
        let file = directory.join("a.txt");
        fs::write(&file, "old").expect("a file");
        let failed = replace(&file, &mut Broken);
        assert_eq!(status(&failed), -7);
        assert_eq!(fs::read_to_string(&file).expect("still there"), "old");
        assert_eq!(fs::read_dir(&directory).expect("a directory").count(), 1);
        replace(&file, &mut "new".as_bytes()).expect("room");
        assert_eq!(fs::read_to_string(&file).expect("still there"), "new");
        fs::remove_dir_all(&directory).expect("removed");
    }
}
