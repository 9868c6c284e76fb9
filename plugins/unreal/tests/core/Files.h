// What the tests read, and where they may write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "MetaFaceCore/Take.h"

inline const std::filesystem::path Samples = METAFACE_SAMPLES;

inline std::vector<uint8_t> BytesOf(const std::filesystem::path& File)
{
	std::ifstream Reader(File, std::ios::binary);
	return {std::istreambuf_iterator<char>(Reader), {}};
}

/** The samples of a WAV file of 16 bits, as a sound asset holds what was imported. */
inline std::vector<uint8_t> Pcm16Of(const std::filesystem::path& Wave)
{
	std::vector<uint8_t> Bytes = BytesOf(Wave);
	for (size_t At = 12; At + 8 <= Bytes.size();)
	{
		const size_t Size = Bytes[At + 4] | Bytes[At + 5] << 8 | Bytes[At + 6] << 16 | Bytes[At + 7] << 24;
		if (std::string(Bytes.begin() + At, Bytes.begin() + At + 4) == "data")
		{
			return {Bytes.begin() + At + 8, Bytes.begin() + At + 8 + Size};
		}
		At += 8 + Size + Size % 2;
	}
	return {};
}

inline MetaFaceCore::FPcm Line()
{
	const std::vector<uint8_t> Pcm = Pcm16Of(Samples / "speech/line.wav");
	return {MetaFaceCore::FromPcm16(Pcm.data(), Pcm.size()), 16000, 1};
}

/** An empty folder that is gone afterwards. */
struct FScratch
{
	FScratch() : Folder(std::filesystem::temp_directory_path() / ("metaface-unreal-" + std::to_string(uintptr_t(this))))
	{
		std::filesystem::remove_all(Folder);
		std::filesystem::create_directories(Folder);
	}
	~FScratch() { std::filesystem::remove_all(Folder); }
	std::filesystem::path Folder;
};
