//! `hints.md`: an exercise's hints.

/// The hints: heading and body of each section that begins with `## `.
pub fn split(text: &str) -> Vec<(String, String)> {
    let mut hints: Vec<(String, String)> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        match (line.strip_prefix("## "), hints.last_mut()) {
            (Some(heading), _) if !fenced => hints.push((heading.trim().to_owned(), String::new())),
            (_, Some((_, body))) => {
                body.push_str(line);
                body.push('\n');
            }
            (_, None) => {}
        }
    }
    hints
        .into_iter()
        .map(|(heading, body)| (heading, body.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn hints_are_sections() {
        let text =
            "# Hints\n\n## Where to look\n\nHere.\n\n## Which tool\n```\n## no heading\n```\n";
        let hints = split(text);
        assert_eq!(hints.len(), 2);
        assert_eq!(hints[0], ("Where to look".to_owned(), "Here.".to_owned()));
        assert!(hints[1].1.contains("## no heading"));
    }
}
