//! Three-dimensional vectors, rotations and rigid poses, in millimetres.

use std::ops::{Add, Mul, Neg, Sub};

/// A point or a direction. Axes are those of the frame that the holder names.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Vector {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

impl Vector {
    pub const fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }

    pub fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub fn cross(self, other: Self) -> Self {
        Self {
            x: self.y * other.z - self.z * other.y,
            y: self.z * other.x - self.x * other.z,
            z: self.x * other.y - self.y * other.x,
        }
    }

    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The direction; a zero vector stays zero.
    pub fn unit(self) -> Self {
        let length = self.length();
        if length > 0.0 {
            self * (1.0 / length)
        } else {
            self
        }
    }
}

impl Add for Vector {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self::new(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}

impl Sub for Vector {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self::new(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}

impl Mul<f64> for Vector {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self::new(self.x * k, self.y * k, self.z * k)
    }
}

impl Neg for Vector {
    type Output = Self;
    fn neg(self) -> Self {
        self * -1.0
    }
}

/// A rotation, as the images of the three axes (columns of its matrix).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rotation {
    pub x: Vector,
    pub y: Vector,
    pub z: Vector,
}

impl Rotation {
    pub const NONE: Self = Self {
        x: Vector::new(1.0, 0.0, 0.0),
        y: Vector::new(0.0, 1.0, 0.0),
        z: Vector::new(0.0, 0.0, 1.0),
    };

    /// Right-handed turn about the x axis, degrees.
    pub fn about_x(degrees: f64) -> Self {
        let (s, c) = degrees.to_radians().sin_cos();
        Self {
            x: Self::NONE.x,
            y: Vector::new(0.0, c, s),
            z: Vector::new(0.0, -s, c),
        }
    }

    /// Right-handed turn about the y axis, degrees.
    pub fn about_y(degrees: f64) -> Self {
        let (s, c) = degrees.to_radians().sin_cos();
        Self {
            x: Vector::new(c, 0.0, -s),
            y: Self::NONE.y,
            z: Vector::new(s, 0.0, c),
        }
    }

    /// Right-handed turn about the z axis, degrees.
    pub fn about_z(degrees: f64) -> Self {
        let (s, c) = degrees.to_radians().sin_cos();
        Self {
            x: Vector::new(c, s, 0.0),
            y: Vector::new(-s, c, 0.0),
            z: Self::NONE.z,
        }
    }

    pub fn of(self, v: Vector) -> Vector {
        self.x * v.x + self.y * v.y + self.z * v.z
    }

    pub fn back(self, v: Vector) -> Vector {
        Vector::new(self.x.dot(v), self.y.dot(v), self.z.dot(v))
    }

    /// First `other`, then this one.
    pub fn after(self, other: Self) -> Self {
        Self {
            x: self.of(other.x),
            y: self.of(other.y),
            z: self.of(other.z),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_right_handed_and_undone() {
        let close = |a: Vector, b: Vector| assert!((a - b).length() < 1e-12, "{a:?} {b:?}");
        close(
            Rotation::about_z(90.0).of(Vector::new(1.0, 0.0, 0.0)),
            Vector::new(0.0, 1.0, 0.0),
        );
        close(
            Rotation::about_x(90.0).of(Vector::new(0.0, 1.0, 0.0)),
            Vector::new(0.0, 0.0, 1.0),
        );
        close(
            Rotation::about_y(90.0).of(Vector::new(0.0, 0.0, 1.0)),
            Vector::new(1.0, 0.0, 0.0),
        );
        let r = Rotation::about_z(33.0).after(Rotation::about_x(-12.0));
        let v = Vector::new(1.0, 2.0, 3.0);
        close(r.back(r.of(v)), v);
        close(
            Vector::new(1.0, 0.0, 0.0).cross(Vector::new(0.0, 1.0, 0.0)),
            Vector::new(0.0, 0.0, 1.0),
        );
    }
}
