use super::*;
use crate::event::Event;

#[test]
fn events_are_lines_without_colours() {
    let lines: String = [1, 5].iter().flat_map(|&at| events(at)).collect();
    assert_eq!(lines.lines().count(), 7, "{lines}");
    for line in lines.lines() {
        let event: Event = serde_json::from_str(line).unwrap();
        assert_eq!(json::line(&event).unwrap(), format!("{line}\n"));
        assert!(!line.contains("u001b"), "{line}");
    }
    insta::assert_snapshot!(lines);
}

/// What is told of one exercise, one line each.
fn events(at: usize) -> Vec<String> {
    let (exercise, evidence) = all().swap_remove(at);
    let outcome = outcome(&exercise, evidence);
    let tests = outcome.tests().iter();
    let tests: Vec<Event> = tests
        .map(|test| Event::test_finished(&exercise.id, test))
        .collect();
    let running = Event::Running {
        exercise: exercise.id.clone(),
    };
    let finished = Event::Finished {
        outcome: Box::new(outcome),
    };
    let all = [running].into_iter().chain(tests).chain([finished]);
    all.map(|event| json::line(&event).unwrap()).collect()
}
