//! What a listener hears.

use super::*;

#[test]
fn each_test_is_told_once_and_before_its_exercise() {
    let gated = Exercise {
        gates: vec![Gate::NoUnsafe],
        ..exercise("one")
    };
    let mock = Mock::new(|cmd| match cmd.line() {
        line if line.starts_with("cargo build") => {
            Ok(output(0, &cargo_says(&[("start-one", true)]), ""))
        }
        line if line.starts_with("cargo metadata") => Ok(output(0, "{}", "")),
        line if line.starts_with("cargo clippy") => Ok(output(
            0,
            &json!({"reason": "build-finished", "success": true}).to_string(),
            "",
        )),
        line if line.starts_with("cargo-nextest") => {
            cmd.says("        PASS [   0.004s] p::t adds");
            nextest_leaves(cmd, false)
        }
        line => panic!("unexpected: {line}"),
    });
    let (_, heard) = check(mock, Vec::new(), &[&gated]);
    let told: Vec<String> = heard
        .iter()
        .filter_map(|event| match event {
            Event::TestFinished(test) => {
                Some(format!("{} {} {}", test.id.binary, test.id, test.millis))
            }
            Event::Finished { outcome } => Some(outcome.verdict().to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(told, ["p::t adds 4", "start-one no-unsafe 0", "passed"]);
}

#[test]
fn what_is_known_before_counts() {
    let mock = Mock::new(|cmd| match cmd.line() {
        line if line.starts_with("cargo build") => {
            Ok(output(0, &cargo_says(&[("start-one", true)]), ""))
        }
        line if line.starts_with("cargo metadata") => Ok(output(0, "{}", "")),
        _ => nextest_leaves(cmd, true),
    });
    let root = workspace(&["one"]);
    let ctx = Context::for_tests(root.path(), mock);
    let stage = Stage::learner(&ctx);
    let heard = Mutex::new(Vec::new());
    let on_event = |event: Event| heard.lock().unwrap().push(event);
    let run = Run {
        ctx: &ctx,
        tools: &Machine::default(),
        stage: &stage,
        on_event: &on_event,
    };
    let outcome = run
        .check(vec![(&exercise("one"), vec![Evidence::Untouched])])
        .unwrap()
        .remove(0);
    // A stub fails, and is told as one from the start.
    assert_eq!(outcome.verdict(), Verdict::Pending);
    assert_eq!(outcome.tests().len(), 1);
    let finished = Event::Finished {
        outcome: Box::new(outcome),
    };
    assert_eq!(heard.into_inner().unwrap().last(), Some(&finished));
}
