#include <doctest/doctest.h>

#include "fixtures.hpp"

using namespace metaface;

TEST_CASE("a speaker changes the motion, by the style strength") {
    const Speaker mumbler = Speaker::open(sample("speakers/mumbler.speaker"));
    CHECK(mumbler.base_model() == animator().base_model());
    CHECK(mumbler.about_json().find("\"learning\"") != std::string::npos);
    const Clip clip = animator().with_speaker(mumbler).animate(line());
    CHECK(values(clip) != values(line_clip()));
    CHECK(clip.info().metadata.at("speaker") == mumbler.name());
    const auto too_strong = [&] { animator().with_speaker(mumbler, 5.0f); };
    CHECK(error_of(too_strong).kind() == ErrorKind::argument);
}

TEST_CASE("speakers are learned from files or memory, saved and blended") {
    const Folder folder;
    const auto sound = sample("speech/take.wav");
    const Speaker theatrical = Speaker::open(sample("speakers/theatrical.speaker"));
    Options options;
    options.fps = {60, 1};
    const Clip take = animator().with_speaker(theatrical).animate(sound, options);
    take.save(folder / "take.csv");

    LearnOptions learn_options{"anna", true, "agreed", "CC0-1.0"};
    const Speaker anna = animator().learn({{sound, folder / "take.csv"}}, learn_options);
    CHECK(anna.name() == "anna");
    CHECK(anna.save(folder / "anna.speaker") < 500000);
    CHECK(Speaker::open(folder / "anna.speaker").about_json() == anna.about_json());
    CHECK(anna.learning() == "instant");
    CHECK(anna.consent() == "agreed");
    CHECK(anna.licence() == "CC0-1.0");
    const Speaker from_memory =
        animator().learn({{Sound::open(sound), Clip::open(folder / "take.csv")}}, learn_options);
    const auto file_values = values(animator().with_speaker(anna).animate(line()));
    const auto memory_values = values(animator().with_speaker(from_memory).animate(line()));
    CHECK(file_values != values(line_clip()));
    CHECK(file_values == memory_values);
    CHECK(animator().learn({{sound, take}}, learn_options).learning() == "instant");

    const std::vector<std::uint8_t> bytes = anna.to_bytes();
    CHECK(Speaker::from_bytes(bytes.data(), bytes.size()).to_bytes() == bytes);
    for (const std::size_t count : {std::size_t(0), std::size_t(8), bytes.size() / 2, bytes.size() - 1}) {
        const auto truncated = [&] { Speaker::from_bytes(bytes.data(), count); };
        CHECK(error_of(truncated).kind() == ErrorKind::speaker);
    }

    const Speaker between = Speaker::blend(anna, theatrical, 0.5f, "between");
    CHECK(between.name() == "between");
    const auto out_of_range = [&] { Speaker::blend(anna, theatrical, 1.5f, "x"); };
    CHECK(error_of(out_of_range).kind() == ErrorKind::argument);
    const auto long_name = [&] { Speaker::blend(anna, theatrical, 0.5f, std::string(9999, 'x')); };
    CHECK(error_of(long_name).kind() == ErrorKind::argument);
    CHECK(error_of([&] { animator().learn({}, learn_options); }).kind() == ErrorKind::speaker);
}
