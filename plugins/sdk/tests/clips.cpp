#include <doctest/doctest.h>

#include <limits>

#include "fixtures.hpp"

using namespace metaface;

TEST_CASE("a clip survives files") {
    const Folder folder;
    const auto csv = folder / "l\xc3\xadnea \xe5\x8f\xa3.csv";
    CHECK(line_clip().save(csv).files == std::vector<std::filesystem::path>{csv});
    const Clip read = Clip::open(csv);
    REQUIRE(read.frame_count() == line_clip().frame_count());
    for (std::size_t frame = 0; frame < read.frame_count(); ++frame) {
        CHECK(read.at(frame, Channel::jaw_open) ==
              doctest::Approx(line_clip().at(frame, Channel::jaw_open)).epsilon(1e-5));
    }
    const Clip slower = Clip::open(csv, {FrameRate{24, 1}, {}, {}});
    CHECK(slower.rate() == FrameRate{24, 1});
}

TEST_CASE("scenes are written with the sample head or a user's character") {
    const Folder folder;
    for (const char* name : {"a.glb", "a.usdc", "a.usda", "a.usdz"}) {
        line_clip().save(folder / name);
        CHECK(bytes(folder / name).size() > 100000);
    }
    SaveOptions options;
    options.character = std::make_shared<Character>(Character::open(folder / "a.glb"));
    options.quantise = 8;
    line_clip().save(folder / "b.glb", options);
    CHECK(Clip::open(folder / "b.glb").frame_count() == line_clip().frame_count());
}

TEST_CASE("a clip is made of values") {
    const auto all = values(line_clip());
    ClipInfo info{{24000, 1001}, "mine", 3600.0, {{"take", "7"}}};
    const Clip clip = Clip::from_values(all.data(), line_clip().frame_count(), info);
    CHECK(values(clip) == all);
    CHECK(clip.start_frame() == 3600.0);
    CHECK(clip.info().metadata.at("take") == "7");
    CHECK(clip.resampled({60, 1}).duration() == doctest::Approx(clip.duration()).epsilon(0.01));

    std::vector<float> broken(channel_count, 0.0f);
    broken[3] = std::numeric_limits<float>::quiet_NaN();
    const auto make = [&] { Clip::from_values(broken.data(), 1, info); };
    CHECK(error_of(make).kind() == ErrorKind::argument);
    info.name = std::string("a\0b", 3);
    const auto name = [&] { Clip::from_values(all.data(), 1, info); };
    CHECK(error_of(name).kind() == ErrorKind::argument);
}

TEST_CASE("a clip with other info keeps its values and its sound") {
    const Folder folder;
    ClipInfo info = line_clip().info();
    info.name = "take 3";
    info.start_frame = 86400;
    const Clip clip = line_clip().with_info(info);
    CHECK(values(clip) == values(line_clip()));
    CHECK(clip.start_frame() == 86400);
    clip.save(folder / "take.usda");
    CHECK(bytes(folder / "take.usda").find("line.wav") != std::string::npos);
}

TEST_CASE("a handle stays valid after a move") {
    Clip source = line_clip();
    const Clip target = std::move(source);
    CHECK(source.frame_count() == target.frame_count());
}

TEST_CASE("a described character has no geometry to write") {
    const Folder folder;
    SaveOptions options;
    const MeshDescription face{"Face", {"jawOpen"}, {}, 0, {}};
    const JointDescription jaw{"jaw", {}, {}, {0, 0, 0, 1}};
    options.character = std::make_shared<Character>(Character::describe("host", {face}, {jaw}));
    const auto save = [&] { line_clip().save(folder / "a.glb", options); };
    CHECK(error_of(save).kind() == ErrorKind::argument);
    CHECK_FALSE(std::filesystem::exists(folder / "a.glb"));
}

TEST_CASE("handles outlive the objects that made them") {
    Clip kept = Clip::from_values(nullptr, 0, {});
    {
        const Animator temporary = Animator::open(Device::cpu);
        kept = temporary.animate(line());
    }
    CHECK(values(kept) == values(line_clip()));
}
