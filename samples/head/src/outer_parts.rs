//! Ears and shirt.

use crate::material;
use crate::part::HeadPart;
use crate::rig;
use crate::sculpt;
use crate::space::{V3, lerp, smoothstep, v3};

/// Both ears.
pub fn ears() -> HeadPart {
    let left = ear();
    let mut part = HeadPart {
        name: "Ears",
        joint: Some(rig::HEAD),
        ..left.clone()
    };
    part.append(&left.mirrored());
    part
}

/// A dish, described from its middle over the rim to the back.
fn ear() -> HeadPart {
    const ROUND: usize = 26;
    // Distance from the middle, and height above the head there.
    let front = [
        (0.0, -3.0),
        (0.14, -3.2),
        (0.30, -1.2),
        (0.44, 2.6),
        (0.56, 4.4),
        (0.68, 3.4),
        (0.80, 2.8),
        (0.89, 5.0),
        (0.96, 5.6),
        (1.0, 4.2),
    ];
    let back = [
        (0.99, 2.4),
        (0.92, 0.6),
        (0.80, -2.0),
        (0.66, -8.0),
        (0.58, -16.0),
    ];
    let mut rows = Vec::new();
    for (reach, height) in front.iter().chain(&back) {
        rows.push(
            (0..ROUND)
                .map(|k| {
                    let angle = k as f64 / ROUND as f64 * std::f64::consts::TAU;
                    let (sin, cos) = angle.sin_cos();
                    // Wide at the top, narrow at the lobe, flat towards the face.
                    let up = sin;
                    let wide = if cos > 0.0 {
                        12.0
                    } else {
                        lerp(17.5, 11.5, smoothstep(0.2, -1.0, up))
                    };
                    let tall = if up > 0.0 { 29.0 } else { 31.0 };
                    let lobe = smoothstep(-0.35, -0.9, up);
                    let flat = lerp(
                        *height,
                        height.min(2.4) * 0.6 + 0.8,
                        lobe * smoothstep(0.2, 0.6, *reach),
                    );
                    // The rim fades where it meets the face.
                    let face = smoothstep(0.2, 0.95, cos);
                    let rise = lerp(
                        flat,
                        flat * 0.35 - 3.5,
                        face * smoothstep(0.35, 0.9, *reach),
                    );
                    v3(rise, up * tall * reach, cos * wide * reach)
                })
                .collect::<Vec<V3>>(),
        );
    }
    let mut part = HeadPart::sheet(&rows, true, material::EARS);
    for p in &mut part.points {
        // Leans back, stands off at the back, and sits on the side of the head.
        let leaning = v3(p.x + if p.y > 0.0 { 0.11 } else { 0.24 } * p.y, p.y, p.z);
        *p = leaning.turned_x(-0.16).turned_y(0.46) + v3(75.0, -15.0, -5.0);
    }
    part.facing_out()
}

/// A shirt with a round collar over the shoulders.
pub fn shirt() -> HeadPart {
    const ROUND: usize = 56;
    let rows: Vec<Vec<V3>> = (0..=13)
        .map(|r| {
            (0..ROUND)
                .map(|k| {
                    let turn = k as f64 / ROUND as f64 * std::f64::consts::TAU;
                    // The shirt spreads along the shoulders and falls in front and behind.
                    let front = 0.5 + 0.5 * turn.cos();
                    let collar = lerp(-166.0, -181.0, front * front);
                    let (drop, tilt, off) = [
                        (0.0, 0.0, -2.5),
                        (-1.5, 0.0, 3.4),
                        (-0.5, 0.0, 5.2),
                        (-3.5, 0.0, 6.2),
                        (-7.5, 0.0, 5.4),
                        (-9.5, 0.0, 3.2),
                        (-13.0, -4.0, 3.2),
                        (-18.0, -8.0, 3.4),
                        (-24.0, -12.0, 3.6),
                        (-30.0, -16.0, 3.8),
                        (-37.0, -19.0, 4.0),
                        (-45.0, -22.0, 4.0),
                        (-55.0, -25.0, 4.0),
                        (-68.0, -28.0, 4.0),
                    ][r];
                    let lift = f64::to_radians(tilt);
                    let ray = v3(lift.cos() * turn.sin(), lift.sin(), lift.cos() * turn.cos());
                    let from = v3(0.0, collar + drop, -36.0);
                    let on_skin = sculpt::exit_point(from, ray, 260.0);
                    on_skin + sculpt::normal(on_skin) * off
                })
                .collect()
        })
        .collect();
    let part = HeadPart::sheet(&rows, true, material::SHIRT);
    let mut part = part.facing_out();
    part.name = "Shirt";
    part
}
