// Sample files and temporary folders for the tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <metaface/metaface.hpp>
#include <vector>

#include "MetaFaceCore/Sound.h"

inline const std::filesystem::path Samples = METAFACE_SAMPLES;

inline std::vector<uint8_t> BytesOf(const std::filesystem::path& File)
{
	std::ifstream Reader(File, std::ios::binary);
	return {std::istreambuf_iterator<char>(Reader), {}};
}

/** The sample line, 16 kHz mono. */
inline MetaFaceCore::FSound Line()
{
	const metaface::Sound Sound = metaface::Sound::open(Samples / "speech/line.wav");
	return *MetaFaceCore::FSound::FromSamples(Sound.samples(), Sound.size(), metaface::Sound::rate, 1);
}

/** The sample line's 16-bit samples, as an imported sound asset holds them. */
inline std::vector<uint8_t> LinePcm()
{
	const MetaFaceCore::FSound Sound = Line();
	std::vector<uint8_t> Bytes;
	for (size_t Index = 0; Index < Sound.Count(); ++Index)
	{
		const auto Sample = uint16_t(int16_t(Sound.Samples()[Index] * 32768.0f));
		Bytes.insert(Bytes.end(), {uint8_t(Sample & 0xff), uint8_t(Sample >> 8)});
	}
	return Bytes;
}

/** An empty folder; the destructor deletes it. */
struct FTemporaryFolder
{
	FTemporaryFolder() : Folder(std::filesystem::temp_directory_path() / ("metaface-unreal-" + std::to_string(uintptr_t(this))))
	{
		std::filesystem::remove_all(Folder);
		std::filesystem::create_directories(Folder);
	}
	~FTemporaryFolder() { std::filesystem::remove_all(Folder); }
	std::filesystem::path Folder;
};
