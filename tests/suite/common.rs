//! What the end-to-end tests share: a generated folder, the command, its exit code and output.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The command under test, run inside a folder.
pub(crate) fn tithing(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tithing")).current_dir(dir).args(args).output().expect("the command starts")
}

/// Exit code, standard output, standard error.
pub(crate) fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let out = tithing(dir, args);
    let text = |b: Vec<u8>| String::from_utf8(b).expect("output is UTF-8");
    (out.status.code().expect("the command ends by itself"), text(out.stdout), text(out.stderr))
}

/// Runs and asserts the exit code, showing what was said where it differs.
pub(crate) fn expect(dir: &Path, args: &[&str], code: i32) -> (String, String) {
    let (found, stdout, stderr) = run(dir, args);
    assert_eq!(found, code, "tithing {args:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}");
    (stdout, stderr)
}

fn pristine() -> &'static Path {
    static DIR: OnceLock<tempfile::TempDir> = OnceLock::new();
    DIR.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let args = "generate --out pristine --seed 7 --councils 1 --people 8 --start 2026-03-02 --days 2 --flows-per-day 3000 --lookups-per-day 800";
        expect(dir.path(), &args.split(' ').collect::<Vec<_>>(), 0);
        dir
    })
    .path()
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to list").map(|e| e.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// A provider's folder with one council of 8 people and two nights, before anything was ingested.
pub(crate) struct Folder {
    /// The temporary folder around it, which it keeps alive.
    pub(crate) temp: tempfile::TempDir,
    /// The provider's folder.
    pub(crate) root: PathBuf,
    /// The council's id.
    pub(crate) id: String,
}

/// A fresh copy of the generated folder.
pub(crate) fn folder() -> Folder {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let root = temp.path().join("provider");
    copy(&pristine().join("pristine"), &root);
    let mut ids: Vec<_> = std::fs::read_dir(root.join("authorities"))
        .expect("authorities")
        .map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    ids.sort();
    Folder { temp, root, id: ids.remove(0) }
}

impl Folder {
    /// A path inside the council's folder.
    pub(crate) fn council(&self, name: &str) -> PathBuf {
        self.root.join("authorities").join(&self.id).join(name)
    }

    /// Replaces text in one of the council's files; the text must stand there.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.council(name);
        let text = std::fs::read_to_string(&path).expect("a file to edit");
        assert!(text.contains(from), "{name} does not hold {from:?}:\n{text}");
        std::fs::write(&path, text.replacen(from, to, 1)).expect("an edited file");
    }

    /// Files of the inbox whose name ends so.
    pub(crate) fn inbox(&self, ending: &str) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = std::fs::read_dir(self.council("inbox"))
            .expect("an inbox")
            .map(|e| e.expect("an entry").path())
            .filter(|p| p.to_string_lossy().ends_with(ending))
            .collect();
        found.sort();
        found
    }

    /// One `nightly --format json`, its exit code and its lines.
    pub(crate) fn nightly(&self, more: &[&str]) -> (i32, Vec<serde_json::Value>, String) {
        let mut args = vec!["nightly", "--format", "json"];
        args.extend(more);
        let (code, stdout, stderr) = run(&self.root, &args);
        let lines = stdout.lines().map(|l| serde_json::from_str(l).expect("a JSON line")).collect();
        (code, lines, stderr)
    }
}

/// Every file under a folder with its content, by path.
pub(crate) fn snapshot(dir: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for path in entries.map(|e| e.expect("an entry").path()) {
            if path.is_dir() {
                open.push(path)
            } else {
                let content = std::fs::read(&path).expect("a readable file");
                found.insert(path, content);
            }
        }
    }
    found
}
