use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn heard(bytes: &[u8]) -> Vec<RawInput> {
    let (mut parser, mut out) = (Parser::default(), Vec::new());
    parser.feed(bytes, &mut out);
    parser.settle(&mut out);
    out
}

#[rstest]
#[case(b"j", "j")]
#[case(b"G", "G")]
#[case("ñ".as_bytes(), "ñ")]
#[case(b"\r", "Enter")]
#[case(b"\n", "Ctrl-J")]
#[case(b"\t", "Tab")]
#[case(b"\x1b", "Esc")]
#[case(b"\x7f", "Backspace")]
#[case(b"\x12", "Ctrl-R")]
#[case(b"\x1bx", "Alt-x")]
#[case(b"\x1b]", "Alt-]")]
#[case(b"\x1b[A", "Up")]
#[case(b"\x1bOB", "Down")]
#[case(b"\x1b[1;1C", "Right")]
#[case(b"\x1b[Z", "S-Tab")]
#[case(b"\x1b[9;2u", "S-Tab")]
#[case(b"\x1b[114;5u", "Ctrl-R")]
#[case(b"\x1b[27u", "Esc")]
#[case(b"\x1b[3~", "Delete")]
#[case(b"\x1b[6~", "PgDn")]
#[case(b"\x1b[15~", "F5")]
#[case(b"\x1bOR", "F3")]
#[case(b"\x1b[[E", "F5")]
fn a_key_is_what_help_calls_it(#[case] bytes: &[u8], #[case] name: &str) {
    assert_eq!(heard(bytes), [RawInput::Key(name.parse().unwrap())]);
}

#[rstest]
#[case(b"\x1b[0n", Some(RawInput::Answer))]
#[case(b"\x1b[<65;10;11M", Some(RawInput::Wheel { down: true, at: (9, 10) }))]
#[case(b"\x1b[<68;10;10M", Some(RawInput::Wheel { down: false, at: (9, 9) }))]
#[case(b"\x1b[<0;10;11M", Some(RawInput::Click { at: (9, 10) }))]
#[case(b"\x1b[<0;0;11M", None)]
#[case(b"\x1b[<0;70000;1M", None)]
#[case(b"\x1b[<1;10;10M", None)]
#[case(b"\x1b[<2;10;10M", None)]
#[case(b"\x1b[<16;10;10M", None)]
#[case(b"\x1b[<32;10;10M", None)]
#[case(b"\x1b]11;rgb:ffff/ffff/eeee\x1b\\", Some(RawInput::Ground((255, 255, 238))))]
#[case(b"\x1b]11;rgb:0000/0000/0000\x07", Some(RawInput::Ground((0, 0, 0))))]
#[case(b"\x1b]11;rgb:zz/00/00\x07", None)]
#[case(b"\x1b]10;rgb:ffff/ffff/ffff\x07", None)]
#[case(b"\x1b]52;c;aGVsbG8=\x1b\\", None)]
#[case(b"\x1b[<0;10;10m", None)]
#[case(b"\x1b[I", None)]
#[case(b"\x1b[O", None)]
#[case(b"\x1b[?62;22c", None)]
#[case(b"\x1b[12;40R", None)]
#[case(b"\x1b[113;1:3u", None)]
#[case(b"\x1b[M !!", None)]
#[case(b"\x1b[2~", None)]
fn what_is_no_key_is_never_taken_for_one(#[case] bytes: &[u8], #[case] wanted: Option<RawInput>) {
    assert_eq!(heard(bytes), wanted.into_iter().collect::<Vec<_>>());
}

#[test]
fn a_paste_is_one_clean_line_however_it_arrives() {
    let bytes = b"\x1b[200~R\nyyyy\x1b[2J\x1b[201~q";
    let wanted = [RawInput::Paste(Text::new("R yyyy[2J")), RawInput::Key(Key::char('q'))];
    assert_eq!(heard(bytes), wanted);
    let (mut parser, mut out) = (Parser::default(), Vec::new());
    bytes.iter().for_each(|b| parser.feed(&[*b], &mut out));
    assert_eq!(out, wanted);
}

#[test]
fn escape_waits_for_what_may_follow() {
    let (mut parser, mut out) = (Parser::default(), Vec::new());
    parser.feed(b"\x1b", &mut out);
    assert!(parser.is_undecided() && out.is_empty());
    parser.feed(b"[B", &mut out);
    assert!(!parser.is_undecided());
    assert_eq!(out, [RawInput::Key(Key::plain(Code::Down))]);
    assert_eq!(heard(b"\x1b\x1b[A").len(), 2, "escape and an arrow");
}

#[test]
fn a_paste_without_an_end_does_not_grow_without_one() {
    let (mut parser, mut out) = (Parser::default(), Vec::new());
    parser.feed(b"\x1b[200~", &mut out);
    (0..100).for_each(|_| parser.feed(&[b'x'; 4096], &mut out));
    assert!(parser.paste.as_ref().unwrap().len() <= PASTE_LIMIT && parser.pending.len() < 8);
}

proptest! {
    #[test]
    fn how_it_is_cut_into_pieces_changes_nothing(
        pieces in prop::collection::vec(prop_oneof![
            Just(b"j".to_vec()), Just("ä京".as_bytes().to_vec()), Just(b"\x1b[B".to_vec()),
            Just(b"\x1b[0n".to_vec()), Just(b"\x1b[200~a\x1b[Bb\x1b[201~".to_vec()),
            Just(b"\x1b[<65;1;1M".to_vec()), Just(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\".to_vec()),
            Just(vec![0xff, 0xc3]), Just(b"\x1b[1;5A".to_vec()),
        ], 1..12),
        cut in 1usize..7,
    ) {
        let bytes = pieces.concat();
        let (mut parser, mut out) = (Parser::default(), Vec::new());
        bytes.chunks(cut).for_each(|chunk| parser.feed(chunk, &mut out));
        parser.settle(&mut out);
        prop_assert_eq!(out, heard(&bytes));
    }

    #[test]
    fn nothing_that_arrives_is_too_much(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        heard(&bytes);
    }
}

/// What is typed while the answer is on its way stays what it is, and the answer never becomes what is typed.
#[test]
fn an_answer_that_is_torn_apart_is_no_key() {
    let answer = b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\";
    for cut in 1..answer.len() {
        let (mut parser, mut out) = (Parser::default(), Vec::new());
        parser.feed(&answer[..cut], &mut out);
        // So much later that an Escape alone is taken for the key.
        parser.settle(&mut out);
        parser.feed(&answer[cut..], &mut out);
        parser.settle(&mut out);
        parser.feed(b"q", &mut out);
        let typed: Vec<_> = out.iter().filter(|input| matches!(input, RawInput::Key(_))).collect();
        let quit = RawInput::Key(Key::char('q'));
        let escape = RawInput::Key(Key::plain(Code::Esc));
        let bracket = RawInput::Key("Alt-]".parse().unwrap());
        match cut {
            1 => assert_eq!(typed, [&escape, &quit], "{cut}"),
            2 => assert_eq!(typed, [&bracket, &quit], "{cut}"),
            _ => assert_eq!(out, [RawInput::Ground((0x1e, 0x1e, 0x2e)), quit], "{cut}"),
        }
    }
}

#[test]
fn an_answer_that_breaks_off_does_not_take_the_keys_with_it() {
    assert_eq!(heard(b"\x1b]11;rgb:1e1e\rq").len(), 2, "Enter and q");
    let long = [b"\x1b]11;".as_slice(), &[b'f'; 5_000], b"q"].concat();
    let (mut parser, mut out) = (Parser::default(), Vec::new());
    parser.feed(&long, &mut out);
    parser.feed(b"q", &mut out);
    assert_eq!(out, [RawInput::Key(Key::char('q'))], "what has no end is let go");
}
