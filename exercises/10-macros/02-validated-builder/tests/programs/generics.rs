use macros_validated_builder::Builder;
use std::fmt::Display;

#[derive(Builder)]
struct Packet<'a, T: Display + ?Sized, U = Opaque, const N: usize = 2>
where
    U: Send + 'a,
{
    label: &'a T,
    #[validate(length(..=N))]
    payload: Vec<U>,
    #[validate(with = first_is_not_zero)]
    key: [u8; N],
    spare: Option<U>,
}

/// Can't be copied, cloned, shown, compared or made by default.
struct Opaque;

fn first_is_not_zero<const N: usize>(key: &[u8; N]) -> Result<(), String> {
    if key.first() == Some(&0) { Err("begins with 0".to_owned()) } else { Ok(()) }
}

#[derive(Builder)]
struct Nothing {}

fn main() {
    let label = String::from("a label that lives here");
    let packet: Result<Packet<'_, str>, _> = Packet::builder()
        .label(label.as_str())
        .payload(vec![Opaque, Opaque])
        .key([1, 0])
        .build();
    let Ok(packet) = packet else { panic!("all is right with this packet") };
    assert!(packet.label == label && packet.payload.len() == 2);
    assert!(packet.key == [1, 0] && packet.spare.is_none());

    let packet = Packet::<i32, u8, 1>::builder().label(&7).payload(vec![1, 2]).key([0]).spare(3).build();
    let expected = [PacketError::WrongLength("payload"), PacketError::Refused("key", "begins with 0".to_owned())];
    assert_eq!(packet.err().unwrap_or_default(), expected);

    assert!(Nothing::builder().build().is_ok(), "a struct without fields lacks none");
}
