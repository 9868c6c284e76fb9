#include <doctest/doctest.h>

#include "fixtures.hpp"

using namespace metaface;

TEST_CASE("a speaker moves differently, as much as asked") {
    const Speaker mumbler = Speaker::open(sample("speakers/mumbler.speaker"));
    CHECK(mumbler.base_model() == animator().base_model());
    CHECK(mumbler.about_json().find("\"learning\"") != std::string::npos);
    const Clip clip = animator().speaking_as(mumbler).animate(line());
    CHECK(values(clip) != values(line_clip()));
    CHECK(clip.info().metadata.at("speaker") == mumbler.name());
    const auto wild = [&] { animator().speaking_as(mumbler, 5.0f); };
    CHECK(error_of(wild).kind() == ErrorKind::argument);
}

TEST_CASE("speakers are learned from files or from memory, kept and blended") {
    const Folder folder;
    const auto sound = sample("speech/take.wav");
    const Speaker theatrical = Speaker::open(sample("speakers/theatrical.speaker"));
    Options options;
    options.rate = {60, 1};
    const Clip take = animator().speaking_as(theatrical).animate(sound, options);
    take.save(folder / "take.csv");

    LearnOptions lesson{"anna", true, "agreed", "CC0-1.0"};
    const Speaker anna = animator().learn({{sound, folder / "take.csv"}}, lesson);
    CHECK(anna.name() == "anna");
    CHECK(anna.save(folder / "anna.speaker") < 500000);
    CHECK(Speaker::open(folder / "anna.speaker").about_json() == anna.about_json());
    CHECK(anna.learning() == "instant");
    CHECK(anna.consent() == "agreed");
    CHECK(anna.licence() == "CC0-1.0");
    const Speaker again =
        animator().learn({{Sound::open(sound), Clip::open(folder / "take.csv")}}, lesson);
    const auto of_files = values(animator().speaking_as(anna).animate(line()));
    const auto of_memory = values(animator().speaking_as(again).animate(line()));
    CHECK(of_files != values(line_clip()));
    CHECK(of_files == of_memory);
    CHECK(animator().learn({{sound, take}}, lesson).learning() == "instant");

    const std::vector<std::uint8_t> bytes = anna.to_bytes();
    CHECK(Speaker::from_bytes(bytes.data(), bytes.size()).to_bytes() == bytes);
    for (const std::size_t count : {std::size_t(0), std::size_t(8), bytes.size() / 2, bytes.size() - 1}) {
        const auto cut = [&] { Speaker::from_bytes(bytes.data(), count); };
        CHECK(error_of(cut).kind() == ErrorKind::speaker);
    }

    const Speaker between = Speaker::blend(anna, theatrical, 0.5f, "between");
    CHECK(between.name() == "between");
    const auto beyond = [&] { Speaker::blend(anna, theatrical, 1.5f, "x"); };
    CHECK(error_of(beyond).kind() == ErrorKind::argument);
    const auto named = [&] { Speaker::blend(anna, theatrical, 0.5f, std::string(9999, 'x')); };
    CHECK(error_of(named).kind() == ErrorKind::argument);
    CHECK(error_of([&] { animator().learn({}, lesson); }).kind() == ErrorKind::speaker);
}
