//! The samples in the manual are good input.

use crate::common::{expect, run};

#[test]
fn init_writes_samples_that_check_accepts() {
    let dir = tempfile::tempdir().unwrap();
    let (stdout, stderr) = expect(dir.path(), &["init", "example-parish"], 0);
    assert!(stdout.contains("example-parish"), "{stdout}");
    assert!(stderr.contains("log-queries=extra"), "{stderr}");
    let (stdout, _) = expect(dir.path(), &["check", "--now", "2026-04-01T09:00:00Z"], 0);
    // The sample assessment is unsigned on purpose: nothing may be read until somebody signs it.
    assert!(stdout.contains("signed_by") && stdout.contains("NOT MET"), "{stdout}");
    assert!(stdout.contains("allowed           nothing"), "{stdout}");
}

#[test]
fn init_never_touches_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    expect(dir.path(), &["init", "example-parish"], 0);
    let before = crate::common::snapshot(dir.path());
    let (code, _, stderr) = run(dir.path(), &["init", "example-parish"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("nothing was changed"), "{stderr}");
    assert_eq!(before, crate::common::snapshot(dir.path()));
}

#[test]
fn an_id_cannot_leave_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    expect(dir.path(), &["init", "../outside"], 1);
    assert!(!dir.path().parent().unwrap().join("outside").exists());
}
