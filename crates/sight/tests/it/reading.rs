//! Words drawn on pictures are read where they stand.

use touchstone_vision::{Picture, PixelBox};

use crate::draw::{EYES, draw};

/// Five dots across, seven down, the first row on top; `#` is ink.
const LETTERS: &[(char, [&str; 7])] = &[
    ('A', [" ### ", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"]),
    ('E', ["#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#####"]),
    ('L', ["#    ", "#    ", "#    ", "#    ", "#    ", "#    ", "#####"]),
    ('R', ["#### ", "#   #", "#   #", "#### ", "# #  ", "#  # ", "#   #"]),
    ('P', ["#### ", "#   #", "#   #", "#### ", "#    ", "#    ", "#    "]),
    ('I', [" ### ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "]),
    ('C', [" ### ", "#   #", "#    ", "#    ", "#    ", "#   #", " ### "]),
];

fn ink(letter: char, column: u32, row: u32) -> bool {
    let rows = LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, rows)| rows);
    let dot = rows.and_then(|rows| rows.get(row as usize)?.as_bytes().get(column as usize));
    dot == Some(&b'#')
}

/// A word on a plain ground, its letters of dots of that size.
fn written(width: u32, height: u32, word: &str, at: (u32, u32), dot: u32) -> Picture {
    let letters: Vec<char> = word.chars().collect();
    draw(width, height, |x, y| {
        let (Some(right), Some(down)) = (x.checked_sub(at.0), y.checked_sub(at.1)) else { return [235, 230, 220] };
        let (column, row) = (right / dot, down / dot);
        let inked = letters.get(column as usize / 6).is_some_and(|&letter| ink(letter, column % 6, row));
        if inked { [20, 25, 60] } else { [235, 230, 220] }
    })
}

fn turned(picture: &Picture) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    draw(width, height, |x, y| picture.pixel(width - 1 - x, height - 1 - y))
}

#[test]
fn a_word_is_read_where_it_stands() {
    let lines = EYES.read(&written(480, 320, "REPLICA", (100, 130), 6)).expect("the models run");
    assert_eq!(lines.iter().map(|line| &*line.text).collect::<Vec<_>>(), ["REPLICA"]);
    let drawn = PixelBox { x1: 100, y1: 130, x2: 350, y2: 172 };
    assert!(lines[0].place.overlap(&drawn) > 0.4, "{:?}", lines[0]);
    assert!(lines[0].confidence > 800, "{:?}", lines[0]);
}

#[test]
fn a_word_on_its_head_is_read() {
    let lines = EYES.read(&turned(&written(480, 320, "REPLICA", (100, 130), 6))).expect("the models run");
    assert_eq!(lines.iter().map(|line| &*line.text).collect::<Vec<_>>(), ["REPLICA"]);
}

#[test]
fn a_small_word_far_down_a_tall_picture_is_read() {
    let lines = EYES.read(&written(400, 3000, "REPLICA", (60, 2700), 4)).expect("the models run");
    assert_eq!(lines.iter().map(|line| &*line.text).collect::<Vec<_>>(), ["REPLICA"]);
    assert!((2650..2750).contains(&lines[0].place.y1), "{:?}", lines[0]);
}

#[test]
fn a_glance_tells_a_word_from_none() {
    assert!(EYES.has_text(&written(480, 320, "REPLICA", (100, 130), 6)).expect("the models run"));
    let plain = draw(480, 320, |x, y| [(x / 4) as u8, (y / 4) as u8, 90]);
    assert!(!EYES.has_text(&plain).expect("the models run"));
    assert_eq!(EYES.read(&plain).expect("the models run"), []);
}

#[test]
fn pictures_of_any_shape_are_looked_at() {
    for (width, height) in [(1, 1), (1, 4000), (4000, 1), (7, 33)] {
        assert!(EYES.read(&draw(width, height, |x, y| [(x ^ y) as u8; 3])).is_ok());
    }
}
