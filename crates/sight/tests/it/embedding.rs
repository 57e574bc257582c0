//! Copies look alike, other pictures do not.

use crate::draw::{EYES, draw, rings};

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn a_copy_at_another_size_is_nearer_than_another_picture() {
    let (large, small) = (rings(400, 120, 200, 9), rings(200, 60, 100, 4));
    let other = draw(300, 300, |x, y| if (x / 20 + y / 20) % 2 == 0 { [250, 250, 250] } else { [10, 10, 120] });
    let seen = EYES.embed(&[&large, &small, &other]).expect("the model runs");
    assert_eq!((seen[0].features.len(), seen[0].logits.len()), (1280, 1000));
    let (same, different) =
        (cosine(&seen[0].features, &seen[1].features), cosine(&seen[0].features, &seen[2].features));
    assert!(same > 0.6 && different < same - 0.2, "{same} {different}");
}

#[test]
fn a_picture_alone_and_among_many_gives_the_same_numbers() {
    let pictures: Vec<_> = (0..11).map(|i| rings(64 + i, 20, 3 * i, 3 + i)).collect();
    let together = EYES.embed(&pictures.iter().collect::<Vec<_>>()).expect("the model runs");
    std::thread::scope(|scope| {
        for (picture, expected) in pictures.iter().zip(&together) {
            scope.spawn(move || assert_eq!(EYES.embed(&[picture]).expect("the model runs").first(), Some(expected)));
        }
    });
}
