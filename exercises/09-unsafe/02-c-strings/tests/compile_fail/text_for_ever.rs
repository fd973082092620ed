use unsafe_c_strings::{Phrase, with_phrase};

fn after_the_phrase() {
    let phrase = Phrase::get("greeting").unwrap();
    let text = phrase.as_str();
    drop(phrase); //~ E0505: the block goes back while the text is in use
    println!("{text}");
}

fn after_the_call() {
    let mut kept = "";
    let _ = with_phrase("greeting", |text| kept = text); //~ refused: the text would be kept when its block has gone back
    println!("{kept}");
}

fn main() {
    after_the_phrase();
    after_the_call();
}
