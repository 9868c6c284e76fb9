// The C++ door: as src/main.rs, through <metaface/metaface.hpp>.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <metaface/metaface.hpp>
#include <string>

int main(int count, char** arguments) {
    std::map<std::string, std::string> given;
    std::vector<std::string> outputs;
    for (int i = 2; i < count; ++i) {
        const std::string option = arguments[i];
        if (option == "--no-head" || option == "--no-eyes") {
            given[option] = "yes";
        } else if (++i == count) {
            std::cerr << option << " wants a value\n";
            return 2;
        } else if (option == "-o") {
            outputs.push_back(arguments[i]);
        } else {
            given[option] = arguments[i];
        }
    }
    const auto number = [&](const char* option, float otherwise) {
        return given.count(option) ? std::strtof(given[option].c_str(), nullptr) : otherwise;
    };
    try {
        metaface::Options options;
        if (given.count("--fps")) options.rate = metaface::FrameRate::parse(given["--fps"]);
        if (given.count("--seed")) options.seed = std::stoull(given["--seed"]);
        options.strength = number("--strength", 1.0f);
        options.liveliness = number("--liveliness", 1.0f);
        options.gains = given["--gain"];
        if (given.count("--smooth")) options.smoothing = std::stod(given["--smooth"]);
        options.head = given.count("--no-head") == 0;
        options.eyes = given.count("--no-eyes") == 0;
        metaface::Animator animator = metaface::Animator::open();
        if (given.count("--speaker")) {
            const auto speaker = metaface::Speaker::open(given["--speaker"]);
            animator = animator.speaking_as(speaker, number("--style-strength", 1.0f));
        }
        const metaface::Clip clip = animator.animate(arguments[1], options);
        std::ofstream(given["--values"], std::ios::binary)
            .write(reinterpret_cast<const char*>(clip.values()),
                   std::streamsize(clip.frame_count() * metaface::channel_count * sizeof(float)));
        metaface::SaveOptions saving;
        if (given.count("--character")) {
            const auto character = metaface::Character::open(given["--character"]);
            saving.character = std::make_shared<metaface::Character>(character);
        }
        if (given.count("--rig-map")) {
            const auto rig_map = metaface::RigMap::open(given["--rig-map"]);
            saving.rig_map = std::make_shared<metaface::RigMap>(rig_map);
        }
        if (given.count("--reduce")) saving.reduce = number("--reduce", 0.0f);
        if (given.count("--quantise")) saving.quantise = unsigned(std::stoul(given["--quantise"]));
        for (const std::string& output : outputs) clip.save(output, saving);
    } catch (const metaface::Error& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
