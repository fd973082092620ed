use std::{fs, os::unix::fs::symlink, path::Path};

use workbook::plan::Side;

use super::{Stage, sync};
use crate::files::{Overlay, overlay_from, package_files};
use crate::{
    context::Context,
    exec::mock::Mock,
    run::tests::{exercise, workspace},
};

fn ctx(root: &Path) -> Context {
    Context::for_tests(
        root,
        Mock::new(|_| Err(std::io::Error::other("no process is needed"))),
    )
}

#[test]
fn a_stage_holds_the_stub_the_overlay_and_nothing_else() {
    let root = workspace(&["one", "two"]);
    let (one, two) = (exercise("one"), exercise("two"));
    let overlay = Overlay::from([("src/lib.rs".into(), b"// mine".to_vec())]);
    let stage = Stage::create(
        &ctx(root.path()),
        Side::Solutions,
        &[(&one, overlay), (&two, Overlay::new())],
    )
    .unwrap();
    assert_eq!(
        fs::read(stage.package_dir(&one).join("src/lib.rs")).unwrap(),
        b"// mine"
    );
    assert_eq!(
        fs::read(stage.package_dir(&two).join("src/lib.rs")).unwrap(),
        b"// stub"
    );
    // What is no longer asked for goes.
    let stage = Stage::create(
        &ctx(root.path()),
        Side::Solutions,
        &[(&two, Overlay::new())],
    )
    .unwrap();
    assert!(!stage.package_dir(&one).exists());
}

#[test]
fn two_sides_never_share_a_relative_path() {
    let root = workspace(&["one"]);
    let one = exercise("one");
    let relative = |side: Side| {
        let stage = Stage::create(&ctx(root.path()), side, &[(&one, Overlay::new())]).unwrap();
        stage
            .package_dir(&one)
            .strip_prefix(&stage.dir)
            .unwrap()
            .to_owned()
    };
    let learner = Stage::learner(&ctx(root.path()));
    let own = learner
        .package_dir(&one)
        .strip_prefix(&learner.dir)
        .unwrap()
        .to_owned();
    let all = [
        own,
        relative(Side::Solutions),
        relative(Side::Stubs),
        relative(Side::Trap("naive".into())),
    ];
    for (at, path) in all.iter().enumerate() {
        assert!(
            !all[..at].contains(path),
            "cargo would take one side's binaries for another's: {}",
            path.display()
        );
    }
}

#[test]
fn the_staged_manifest_has_the_stage_s_members_and_absolute_paths() {
    let root = workspace(&["one"]);
    let stage = Stage::create(
        &ctx(root.path()),
        Side::Stubs,
        &[(&exercise("one"), Overlay::new())],
    )
    .unwrap();
    let manifest = fs::read_to_string(stage.dir.join("Cargo.toml"))
        .unwrap()
        .replace(&root.path().display().to_string(), "ROOT");
    insta::assert_snapshot!(manifest);
}

#[test]
fn what_did_not_change_keeps_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let files = [("x/a".into(), b"a".to_vec())].into();
    sync(dir.path(), &files, Path::new("x")).unwrap();
    let before = fs::metadata(dir.path().join("a"))
        .unwrap()
        .modified()
        .unwrap();
    sync(dir.path(), &files, Path::new("x")).unwrap();
    assert_eq!(
        fs::metadata(dir.path().join("a"))
            .unwrap()
            .modified()
            .unwrap(),
        before
    );
}

#[test]
fn links_and_huge_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let one = exercise("one");
    fs::create_dir(dir.path().join("src")).unwrap();
    symlink("/etc/passwd", dir.path().join("src/lib.rs")).unwrap();
    assert!(
        overlay_from(dir.path(), &one)
            .unwrap_err()
            .to_string()
            .contains("links are not followed")
    );

    fs::remove_dir_all(dir.path().join("src")).unwrap();
    symlink("/etc", dir.path().join("src")).unwrap();
    assert!(
        overlay_from(dir.path(), &one).unwrap().is_empty(),
        "there is no /etc/lib.rs"
    );

    fs::remove_file(dir.path().join("src")).unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("src/lib.rs"), vec![b' '; (1 << 20) + 1]).unwrap();
    assert!(
        overlay_from(dir.path(), &one)
            .unwrap_err()
            .to_string()
            .contains("bytes")
    );
}

#[test]
fn litter_is_no_part_of_a_package() {
    let dir = tempfile::tempdir().unwrap();
    for name in [
        "src/lib.rs",
        "target/debug/x",
        "src/.lib.rs.swp",
        "src/lib.rs~",
    ] {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    let files = package_files(dir.path()).unwrap();
    assert_eq!(
        files
            .keys()
            .map(|path| path.to_str().unwrap())
            .collect::<Vec<_>>(),
        ["src/lib.rs"]
    );
}

#[test]
fn what_unites_features_is_selected_with_whatever_has_dependencies() {
    let root = workspace(&["one", "two"]);
    let (one, two) = (exercise("one"), exercise("two"));
    let stage = |both: bool| {
        let mut overlays = vec![(&two, Overlay::new())];
        if both {
            overlays.push((&one, Overlay::new()));
        }
        Stage::create(&ctx(root.path()), Side::Solutions, &overlays).unwrap()
    };
    let alone = ["-p", two.package.as_str()];
    assert_eq!(
        stage(false).select([&two]),
        alone,
        "the workspace has nothing that unites"
    );
    let uniting = "exercises/support/with-unified-features/Cargo.toml";
    let manifest = root.path().join(uniting);
    fs::create_dir_all(manifest.parent().unwrap()).unwrap();
    fs::write(manifest, "# it").unwrap();
    fs::write(
        root.path().join(&one.dir).join("Cargo.toml"),
        "[dev-dependencies]\nserde.workspace = true\n",
    )
    .unwrap();
    let staged = stage(true);
    assert_eq!(staged.select([&two]), alone, "without dependencies");
    assert_eq!(
        staged.select([&two, &one]),
        [
            "-p",
            &two.package,
            "-p",
            &one.package,
            "-p",
            "with-unified-features"
        ]
    );
    // Cargo unites the features of members only, and what it selects must be one.
    let copy = staged.dir.join(staged.prefix()).join(uniting);
    assert_eq!(fs::read_to_string(copy).unwrap(), "# it");
}
