// Sample files and temporary folders for the tests.
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

/** The samples of a 16-bit WAV file, as an imported sound asset holds them. */
inline std::vector<uint8_t> Pcm16Of(const std::filesystem::path& Wave)
{
	std::vector<uint8_t> Bytes = BytesOf(Wave);
	for (size_t Offset = 12; Offset + 8 <= Bytes.size();)
	{
		const size_t Size = Bytes[Offset + 4] | Bytes[Offset + 5] << 8 | Bytes[Offset + 6] << 16 | Bytes[Offset + 7] << 24;
		if (std::string(Bytes.begin() + Offset, Bytes.begin() + Offset + 4) == "data")
		{
			return {Bytes.begin() + Offset + 8, Bytes.begin() + Offset + 8 + Size};
		}
		Offset += 8 + Size + Size % 2;
	}
	return {};
}

inline MetaFaceCore::FPcm Line()
{
	const std::vector<uint8_t> Pcm = Pcm16Of(Samples / "speech/line.wav");
	return {MetaFaceCore::FromPcm16(Pcm.data(), Pcm.size()), 16000, 1};
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
