//! The rays whose intersections with the surface are the grid's vertices.

use crate::space::{lerp, smoothstep};

/// Columns on one side, from the midline of the face to that of the back.
pub const HALF: i32 = 29;
/// Columns round the head.
pub const COLUMNS: i32 = 2 * HALF;
/// Height and depth of each row's ray origin in millimetres, and the ray's elevation in degrees.
pub const ROWS: [(f64, f64, f64); 55] = [
    (35.0, -12.0, 80.0),
    (35.0, -12.0, 69.0),
    (35.0, -12.0, 58.0),
    (35.0, -10.0, 48.0),
    (35.0, -8.0, 38.0),
    (36.0, -4.0, 29.0),
    (36.0, 0.0, 21.5),
    (36.0, 0.0, 15.0),
    (35.0, 0.0, 9.5),
    (33.0, 0.0, 5.0),
    (30.0, 0.0, 2.0),
    (25.5, 0.0, 0.0),
    (19.0, 0.0, 0.0),
    (12.5, 0.0, 0.0),
    (6.5, 0.0, 0.0),
    (0.0, 0.0, 0.0),
    (-6.5, 0.0, 0.0),
    (-12.5, 0.0, 0.0),
    (-18.0, 0.0, 0.0),
    (-23.0, 0.0, 0.0),
    (-28.0, 0.0, 0.0),
    (-33.0, 0.0, 0.0),
    (-38.0, 0.0, 0.0),
    (-43.0, 0.0, 0.0),
    (-48.5, 0.0, 0.0),
    (-55.0, 0.0, 0.0),
    (-58.5, 0.0, 0.0),
    (-62.5, 0.0, 0.0),
    (-66.5, 0.0, 0.0),
    (-70.5, 0.0, 0.0),
    (-74.5, 0.0, 0.0),
    (-79.0, 0.0, 0.0),
    (-83.5, 0.0, 0.0),
    (-88.0, 0.0, 0.0),
    (-88.0, 8.0, -5.5),
    (-88.0, 10.0, -11.0),
    (-88.0, 10.0, -17.0),
    (-88.0, 10.0, -24.0),
    (-88.0, 10.0, -32.0),
    (-88.0, 10.0, -41.0),
    (-90.0, 8.0, -50.0),
    (-95.0, 2.0, -50.0),
    (-102.0, -5.0, -43.0),
    (-112.0, -10.0, -34.0),
    (-124.0, -15.0, -24.0),
    (-137.0, -20.0, -12.0),
    (-149.0, -22.0, -4.0),
    (-160.0, -24.0, 0.0),
    (-170.0, -26.0, 0.0),
    (-180.0, -28.0, 0.0),
    (-189.0, -30.0, -4.0),
    (-197.0, -32.0, -8.0),
    (-205.0, -34.0, -12.0),
    (-213.0, -36.0, -15.0),
    (-221.0, -38.0, -17.0),
];

/// From this row on, the back of the neck has other rays than the front, which dip under the chin.
const CHIN_ROW: usize = 34;

/// Height and depth of a row's ray origin, and the ray's elevation in radians, at an azimuth from
/// the face.
pub fn row_ray(row: usize, azimuth: f64) -> (f64, f64, f64) {
    let (y, z, elevation) = ROWS[row];
    if row < CHIN_ROW {
        return (y, z, elevation.to_radians());
    }
    let down = (row + 1 - CHIN_ROW) as f64 / (ROWS.len() - CHIN_ROW) as f64;
    let back = smoothstep(0.9, 2.2, azimuth.abs());
    let level = lerp(-88.0, -228.0, down);
    (
        lerp(y, level, back),
        lerp(z, -26.0, back),
        lerp(elevation, -10.0 * down, back).to_radians(),
    )
}

/// A column's azimuth from the face, in radians.
pub fn column_angle(column: i32) -> f64 {
    let j = f64::from(column.abs());
    let front: f64 = 3.15;
    let degrees = if j <= 13.0 {
        front * j
    } else {
        // The spacing grows evenly from the front's, so that column 29 is at 180 degrees.
        let k = j - 13.0;
        let rest = 180.0 - 13.0 * front;
        let growth = (rest - 16.0 * front) / (16.0 * 16.0);
        13.0 * front + front * k + growth * k * k
    };
    degrees.to_radians() * f64::from(column.signum())
}
