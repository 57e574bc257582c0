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

#[test]
fn a_glance_sees_the_whole_as_the_embedding_does_and_its_middle_by_itself() {
    let picture = draw(300, 200, |x, y| if x.abs_diff(150) < 40 { [200, 30, 30] } else { [x as u8, y as u8, 80] });
    let glance = EYES.glance(&picture).expect("the model runs");
    let whole = EYES.embed(&[&picture]).expect("the model runs").remove(0);
    assert_eq!(glance.embedding, whole);
    let near = glance.middle(1.0).iter().zip(&whole.features).all(|(a, b)| (a - b).abs() < 1e-3);
    assert!(near && glance.middle(0.5).len() == whole.features.len());
}
