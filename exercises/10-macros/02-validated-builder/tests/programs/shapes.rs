use macros_validated_builder::Builder;

#[derive(Builder)]
enum Shape { Circle, Square } //~ refused: an enum has no fields of its own

#[derive(Builder)]
struct Pair(u8, u8); //~ refused: the fields have no names

#[derive(Builder)]
struct Unit; //~ refused: there is nothing to build

#[derive(Builder)]
union Bits { signed: i8, unsigned: u8 } //~ refused: only one field of a union is there

fn main() {}
