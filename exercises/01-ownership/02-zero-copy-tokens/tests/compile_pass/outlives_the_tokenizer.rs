use ownership_zero_copy_tokens::{Token, Tokenizer};

/// The first token of each line.
fn firsts<'src>(lines: &[&'src str]) -> Vec<Option<Token<'src>>> {
    // One tokenizer a line, gone at the end of the line.
    lines.iter().map(|line| Tokenizer::new(line).next_token()).collect()
}

fn main() {
    let tokens;
    let source = String::from("level = 40\nhost = 1");
    {
        let lines: Vec<&str> = source.lines().collect();
        tokens = firsts(&lines);
    }
    println!("{tokens:?}");
}
