"""Quaternions and Euler angles over time."""

import itertools
import math

import numpy as np
import pytest
from metaface_host import rotations


@pytest.mark.parametrize("order", ["".join(order) for order in itertools.permutations("xyz")])
def test_angles_survive_a_round_trip_in_every_rotate_order(order):
    angles = np.random.default_rng(5).uniform(-1.4, 1.4, (200, 3))
    turns = rotations.of_angles(angles, order)
    back = rotations.of_angles(rotations.to_angles(turns, order, angles[0]), order)
    assert np.allclose(np.abs((turns * back).sum(axis=1)), 1.0)
    slow = np.linspace((-3.0, 0.2, 1.0), (3.0, -0.4, -5.0), 400)
    assert np.allclose(rotations.to_angles(rotations.of_angles(slow, order), order, slow[0]), slow, atol=1e-9)


def test_xyz_rotates_about_x_first():
    turn = rotations.of_angles(np.array((math.pi / 2, math.pi / 2, 0.0)), "xyz")
    assert np.allclose(rotations.rotated(turn, (0.0, 1.0, 0.0)), (1.0, 0.0, 0.0)), "Y goes to Z, then to X"


def test_quaternions_without_sign_flips_are_the_same_rotations():
    turns = rotations.of_angles(np.linspace((0.0, 0.0, 0.0), (3.0, 0.2, 0.1), 50))
    flipped = turns * np.where(np.arange(50) % 3 == 1, -1.0, 1.0)[:, None]
    np.testing.assert_array_equal(rotations.without_sign_flips(flipped), turns)


def test_a_limit_scales_the_angle_and_cuts_it_off():
    turns = rotations.of_angles(np.array([(0.2, 0.0, 0.0), (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)]))
    expected = rotations.of_angles(np.array([(0.1, 0.0, 0.0), (0.4, 0.0, 0.0), (-0.4, 0.0, 0.0)]))
    np.testing.assert_allclose(rotations.limited(turns, 0.5, 0.4), expected)
