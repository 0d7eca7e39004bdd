//! The one way in which a file comes to be: whole, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::StoreError;

/// Permissions of a file that others may read, before the umask.
const SHARED: u32 = 0o644;
/// Permissions of a key.
pub(crate) const PRIVATE: u32 = 0o600;

/// Writes a file atomically: a temporary file beside it, `fsync`, rename, `fsync` of the folder.
///
/// After a crash or a full disk either the old content or the new stands there, never a part. The folder is made where
/// it is missing.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(path, SHARED, |file| file.write_all(bytes))
}

/// [`write_atomic`] for a file that only its owner may read (0600).
pub fn write_atomic_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(path, PRIVATE, |file| file.write_all(bytes))
}

/// Makes `path` from what `fill` writes.
fn replace(path: &Path, mode: u32, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), StoreError> {
    let temp = temp_beside(path);
    write_temp(&temp, path, mode, fill)?;
    rename(&temp, path)?;
    sync_folder(path)
}

/// Makes `path` unless it is there already; says whether it was made. Two processes cannot both make it.
pub(crate) fn create(path: &Path, mode: u32, bytes: &[u8]) -> Result<bool, StoreError> {
    let temp = temp_beside(path);
    write_temp(&temp, path, mode, |file| file.write_all(bytes))?;
    let linked = fs::hard_link(&temp, path);
    fs::remove_file(&temp).map_err(|e| StoreError::io("remove", &temp, e))?;
    match linked {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(StoreError::io("create", path, e)),
    }
}

/// Fills and syncs a temporary file; where that fails, removes it again. Errors name `path`, the file that is wanted.
pub(crate) fn write_temp(
    temp: &Path,
    path: &Path,
    mode: u32,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), StoreError> {
    make_folder(path)?;
    let written = open(temp, mode).and_then(|mut file| {
        fill(&mut file)?;
        file.sync_all()
    });
    written.map_err(|e| {
        // The first error is the one to tell; a temporary file that cannot be removed either is ignored by readers.
        drop(fs::remove_file(temp));
        StoreError::io("write", path, e)
    })
}

/// Puts a finished temporary file in its place, without syncing the folder.
pub(crate) fn rename(temp: &Path, path: &Path) -> Result<(), StoreError> {
    fs::rename(temp, path).map_err(|e| StoreError::io("rename", path, e))
}

/// Makes the entry of `path` in its folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = folder_of(path);
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| StoreError::io("sync", folder, e))
}

/// Removes a file durably; says whether it was there.
pub(crate) fn remove(path: &Path) -> Result<bool, StoreError> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(StoreError::io("remove", path, e)),
    }
}

/// Makes the folder of `path`.
pub(crate) fn make_folder(path: &Path) -> Result<(), StoreError> {
    let folder = folder_of(path);
    fs::create_dir_all(folder).map_err(|e| StoreError::io("make the folder", folder, e))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}

/// A name beside `path` that no reader takes for a file of its own and no other writer uses.
fn temp_beside(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".{name}.{}-{n}.tmp", std::process::id()))
}

#[cfg(unix)]
fn open(path: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path, _mode: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_and_leaves_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/report.json");
        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["report.json"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn full_disk_keeps_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        write_atomic(&path, b"old").unwrap();
        let full = |file: &mut File| {
            file.write_all(b"half of the new")?;
            OpenOptions::new().write(true).open("/dev/full")?.write_all(b"the rest")
        };
        let error = replace(&path, SHARED, full).unwrap_err();
        assert_eq!(error.code(), "disk_full");
        assert!(error.to_string().contains("report.json"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["report.json"]);
    }

    #[test]
    fn created_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        assert!(create(&path, PRIVATE, b"first").unwrap());
        assert!(!create(&path, PRIVATE, b"second").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(dir.path()), ["key"]);
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write_atomic_private(&path, b"k").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
