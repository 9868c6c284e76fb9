#include <doctest/doctest.h>

#include <cmath>

#include "fixtures.hpp"

using namespace metaface;

namespace {

/// Two meshes, one of which is parented to the jaw bone.
Character hero(bool jaw_moves_skin) {
    MeshDescription face{"Face", {"jawOpen", "mouthSmile_L", "Wrinkle"}, {0.0f, 0.25f, 0.5f}, {}, {}};
    if (jaw_moves_skin) face.carried = {{0, 1}};
    const MeshDescription teeth{"Teeth", {"jawOpen"}, {}, 1, {}};
    const JointDescription head{"Head", {}, {0, 1.6f, 0}, {0, 0, 0, 1}};
    const JointDescription jaw{"jaw", 0, {0, 0, 0.05f}, {0, 0, 0, 1}};
    return Character::describe("hero", {face, teeth}, {head, jaw});
}

const Track* track(const std::vector<Track>& tracks, const std::string& name) {
    for (const Track& track : tracks) {
        if (track.name == name) return &track;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("a host program's character is driven by target names on every mesh") {
    const Character character = hero(true);
    CHECK(character.meshes() == std::vector<std::string>{"Face", "Teeth"});
    CHECK(character.targets(0).size() == 3);
    const RigMap map = RigMap::discover(character);
    const Report report = map.report(character);
    CHECK(report.usable());
    REQUIRE(report.driven.size() == 2);
    CHECK(report.driven[0].target == "jawOpen");
    CHECK(report.driven[0].meshes == std::vector<std::string>{"Face", "Teeth"});
    REQUIRE(report.undriven_targets.size() == 1);
    CHECK(report.undriven_targets[0].target == "Wrinkle");
    CHECK_FALSE(report.undriven_targets[0].reason.empty());
    CHECK_FALSE(report.undriven_channels.empty());

    const Performance performance = map.drive(character, line_clip());
    REQUIRE(performance.meshes().size() == 2);
    const Track& face = performance.meshes()[0];
    CHECK(face.index == 0);
    CHECK(face.width == 3);
    CHECK(face.undriven == std::vector<std::size_t>{2});
    for (std::size_t frame = 0; frame < performance.frame_count(); ++frame) {
        const float* weights = face.values + frame * 3;
        CHECK(weights[0] == line_clip().at(frame, Channel::jaw_open));
        CHECK(weights[2] == 0.5f);
        CHECK(performance.meshes()[1].values[frame] == weights[0]);
    }
}

TEST_CASE("a jaw bone rotates only if no morph target opens its mouth already") {
    const auto jaw = [](const Character& character) {
        const Performance driven = RigMap::discover(character).drive(character, line_clip());
        CHECK(track(driven.joints(), "Head") != nullptr);
        return track(driven.joints(), "jaw") != nullptr;
    };
    CHECK_FALSE(jaw(hero(true)));
    const Character bones_only = Character::describe(
        "bones", {{"Face", {"mouthSmile_L"}, {}, {}, {{0, 1}}}},
        {{"Head", {}, {0, 1.6f, 0}, {0, 0, 0, 1}}, {"jaw", 0, {0, 0, 0.05f}, {0, 0, 0, 1}}});
    CHECK(jaw(bones_only));
}

TEST_CASE("the clip that drove a character is recovered from its performance") {
    const Character character = Character::sample_head();
    const RigMap map = RigMap::discover(character);
    const Performance driven = map.drive(character, line_clip());
    std::vector<TrackDescription> meshes, joints;
    for (const Track& track : driven.meshes()) meshes.push_back({track.index, track.values});
    for (const Track& track : driven.joints()) joints.push_back({track.index, track.values});
    const Performance recorded =
        Performance::of(character, driven.rate(), driven.frame_count(), meshes, joints);
    const Clip clip = map.recover(character, recorded);
    REQUIRE(clip.frame_count() == line_clip().frame_count());
    const auto before = values(line_clip()), after = values(clip);
    for (std::size_t i = 0; i < before.size(); ++i) {
        CHECK(std::abs(before[i] - after[i]) < 2e-3f);
    }
}

TEST_CASE("a performance is valid only for its own character") {
    const Character one = hero(true), same = hero(true);
    const RigMap map = RigMap::discover(one);
    const Performance performance = map.drive(one, line_clip());
    CHECK(map.recover(same, performance).frame_count() == line_clip().frame_count());
    const auto too_long = [&] { Performance::of(one, {24, 1}, std::size_t(1) << 40, {}); };
    CHECK(error_of(too_long).kind() == ErrorKind::argument);
    const auto empty = [&] { map.recover(one, Performance::of(one, {24, 1}, 1000, {})); };
    CHECK(error_of(empty).kind() == ErrorKind::argument);
    const auto other = [&] { map.recover(hero(false), performance); };
    CHECK(error_of(other).kind() == ErrorKind::argument);
}

TEST_CASE("a rig map survives JSON and a file") {
    const Folder folder;
    const Character character = hero(true);
    const RigMap map = RigMap::discover(character);
    const auto file = folder / "hero.rigmap.json";
    map.save(file);
    CHECK(RigMap::open(file).to_json() == map.to_json());
    CHECK(RigMap::from_json(map.to_json()).to_json() == map.to_json());
    const RigMap edited = RigMap::from_json(
        R"({"schema":"metaface.rigmap","version":1,
            "targets":[{"target":"Wrinkle","channels":{"BrowDownLeft":1.0}}]})");
    CHECK(edited.report(character).driven.at(0).target == "Wrinkle");
}

TEST_CASE("a clip becomes MetaHuman curves, of which a channel may drive several") {
    const std::string json = R"({"schema":"metaface.rigmap","version":1,
        "targets":[{"target":"Lips","channels":{"MouthPucker":0.5}},
                   {"target":"Wrinkle","channels":{},"offset":1.0},
                   {"target":"Lips","mesh":"Beard","channels":{"MouthPucker":0.5}},
                   {"target":"Lips","mesh":"Brows","channels":{"MouthPucker":0.5}},
                   {"target":"Wrinkle","mesh":"Beard","channels":{"MouthPucker":0.5}}]})";
    const std::vector<float> zeros(3 * channel_count);
    const Clip clip = Clip::from_values(zeros.data(), 3, {});
    CHECK(RigMap::from_json(json).meshes() == std::vector<std::string>{"Beard", "Brows"});
    const auto custom = RigMap::from_json(json).curves(clip);
    REQUIRE(custom.size() == 2);
    CHECK(custom[0].name == "Lips");
    CHECK(custom[1].values == std::vector<float>{1.0f, 1.0f, 1.0f});
    const auto curves = RigMap::metahuman().curves(clip);
    std::size_t lips_together = 0;
    for (const Curve& curve : curves) {
        CHECK(curve.name.rfind("CTRL_expressions_", 0) == 0);
        CHECK(curve.values.size() == 3);
        lips_together += curve.name.find("mouthLipsTogether") != std::string::npos;
    }
    CHECK(lips_together == 4);
}

TEST_CASE("an invalid character is rejected") {
    const auto kind = [](auto&& work) { return error_of(work).kind(); };
    const JointDescription own_parent{"a", 0, {}, {0, 0, 0, 1}};
    CHECK(kind([&] { Character::describe("x", {}, {own_parent}); }) == ErrorKind::argument);
    CHECK(kind([] { Character::describe("x", {{"m", {"a"}, {1, 2}, {}, {}}}); }) ==
          ErrorKind::argument);
    CHECK(kind([] { Character::describe("x", {{"m", {"a"}, {}, 3, {}}}); }) ==
          ErrorKind::argument);
    CHECK(kind([] { Character::describe("x", {{"m", {"a"}, {}, {}, {{4, 0}}}}); }) ==
          ErrorKind::argument);
    CHECK(kind([] { Character::describe("\xff", {}); }) == ErrorKind::argument);
}
