use ownership_zero_copy_tokens::Tokenizer;

fn freed_too_early() {
    let token;
    {
        let source = String::from("level = 40");
        token = Tokenizer::new(&source).next_token(); //~ E0597|E0716: the source ends before the token does
    }
    println!("{token:?}");
}

fn given_away() {
    let source = String::from("level = 40");
    let tokenizer = Tokenizer::new(&source);
    let token = tokenizer.peek();
    drop(source); //~ E0505: the source is freed while there is a token
    println!("{token:?}");
}

fn changed() {
    let mut source = String::from("level = 40");
    let mut tokenizer = Tokenizer::new(&source);
    let token = tokenizer.next_token();
    source.clear(); //~ E0502: the text of the token would change under it
    println!("{token:?}");
}

fn main() {
    freed_too_early();
    given_away();
    changed();
}
