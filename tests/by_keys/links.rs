//! An Instant Key: made, read by a camera off the screen, copied, deleted.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use nightdesk::seam::id::IdentityId;

use crate::house::{Guest, Hotel, is_issued, steady};
use crate::person::{ask, confirm, find, leave, to_the_end};
use crate::pty::Terminal;

/// Every link of a guest.
fn links(hotel: &Hotel, guest: &Guest) -> Vec<String> {
    let id = IdentityId::new(&guest.identity);
    let keys = hotel.runtime.block_on(hotel.client.list_instant_keys(Some(&id))).unwrap().items;
    keys.iter().filter_map(|k| k.instant_key_url.as_ref()).map(|url| url.reveal().to_owned()).collect()
}

/// What a phone's camera reads off the terminal.
fn scanned(t: &Terminal) -> Option<String> {
    const PIXELS: usize = 6;
    let light = |cell: &vt100::Cell| {
        let of = |colour, usual: u8| match colour {
            vt100::Color::Idx(0) => 0,
            vt100::Color::Idx(15) => 255,
            _ => usual,
        };
        let (mut fore, mut back) = (of(cell.fgcolor(), 200), of(cell.bgcolor(), 20));
        if cell.inverse() {
            std::mem::swap(&mut fore, &mut back);
        }
        match cell.contents() {
            "█" => (fore, fore),
            "▀" => (fore, back),
            "▄" => (back, fore),
            "" | " " => (back, back),
            _ => (fore / 2 + back / 2, fore / 2 + back / 2),
        }
    };
    let (rows, cols, halves) = t.look(|shown| {
        let screen = shown.screen();
        let (rows, cols) = screen.size();
        let (rows, cols) = (rows.get(), cols.get());
        let at = |n: u16| (n / cols, n % cols);
        let halves: Vec<(u8, u8)> =
            (0..rows * cols).map(|n| screen.cell(at(n).0, at(n).1).map_or((20, 20), light)).collect();
        (usize::from(rows), usize::from(cols), halves)
    });
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(cols * PIXELS, rows * 2 * PIXELS, |x, y| {
        let (upper, lower) = halves[y / (2 * PIXELS) * cols + x / PIXELS];
        if (y / PIXELS).is_multiple_of(2) { upper } else { lower }
    });
    image.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

#[test]
fn an_instant_key_is_made_scanned_copied_and_deleted() {
    let hotel = Hotel::with(steady());
    let guest = hotel.guest(|hotel, g| hotel.keys(g, "mobile_key").iter().any(is_issued));
    let before = links(&hotel, &guest);
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "i", "Instant Key ─");
    ask(&mut t, "n", "New Instant Key");
    t.keys("3<Enter>");
    t.wait_for("3 phones can use it");
    t.wait_for("do it");
    confirm(&mut t);
    to_the_end(&mut t);
    let after = links(&hotel, &guest);
    assert_eq!((after.len(), hotel.applied("/user_identities/generate_instant_key")), (before.len() + 1, 1));
    t.keys("<Esc>");
    t.wait_for("QR code");
    t.keys("<Enter>");
    t.wait_for("hidden within");
    let link = scanned(&t).expect("a camera reads it");
    assert!(after.contains(&link), "{link} is none of {after:?}");
    assert!(!t.text().contains(&link), "in words it is nowhere");
    t.keys("<Space>");
    t.wait_gone("hidden within");
    ask(&mut t, "y", "Copied the link");
    assert_eq!(t.look(|s| s.extras().clipboard.clone()), BASE64_STANDARD.encode(&link).into_bytes());
    t.keys("u");
    t.wait_for(link.as_str());
    ask(&mut t, "x", "Cancel");
    t.wait_gone(link.as_str());
    confirm(&mut t);
    to_the_end(&mut t);
    let left = links(&hotel, &guest);
    assert!(!left.contains(&link) && left.len() == before.len(), "{left:?}");
    leave(&mut t);
    let raw = t.look(|s| String::from_utf8_lossy(&s.raw).into_owned());
    let others = before.iter().filter(|other| **other != link);
    assert!(others.clone().all(|other| !raw.contains(other.as_str())), "only that one was ever written");
}
