// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/SpeakerFile.h"

#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>

#include "JsonText.h"
#include "Library.h"
#include "MetaFaceCore/Batch.h"

namespace MetaFaceCore
{
	namespace
	{
		std::string TextOf(const std::filesystem::path& Path)
		{
			const std::u8string Text = Path.u8string();
			return std::string(Text.begin(), Text.end());
		}
	}

	TOutcome<FSpeakerCard> ReadSpeakerCard(const std::filesystem::path& File)
	{
		return Guarded<FSpeakerCard>([&]() -> TOutcome<FSpeakerCard> {
			auto Speaker = metaface::Speaker::try_open(File);
			if (!Speaker)
			{
				return FailedBy<FSpeakerCard>(Speaker.error());
			}
			FSpeakerCard Card;
			Card.Name = Speaker->name();
			Card.BaseModel = Speaker->base_model();
			for (const FJsonString& Member : JsonStrings(Speaker->about_json()))
			{
				if (Member.Depth != 1)
				{
					continue;
				}
				std::string* Place = Member.Key == "consent" ? &Card.Consent
					: Member.Key == "licence"                ? &Card.Licence
					: Member.Key == "learning"               ? &Card.Learning
															 : nullptr;
				if (Place != nullptr)
				{
					*Place = Member.Value;
				}
			}
			return Card;
		});
	}

	std::string WhatIsWrongWithSpeaker(const uint8_t* Bytes, size_t Count)
	{
		// safetensors: the length of a JSON header in 8 bytes, little endian, then the header.
		if (Count == 0)
		{
			return "it is empty: import the .speaker file again";
		}
		if (Count > LargestSpeakerFile)
		{
			return "it is larger than any speaker file: import the .speaker file again";
		}
		uint64_t Header = 0;
		for (size_t Index = 0; Index < 8 && Index < Count; ++Index)
		{
			Header |= uint64_t(Bytes[Index]) << (8 * Index);
		}
		if (Count < 9 || Header > Count - 8 || Bytes[8] != '{')
		{
			return "it does not begin as a speaker file does: import the .speaker file again";
		}
		return {};
	}

	TOutcome<std::filesystem::path> SpeakerFileOf(
		const uint8_t* Bytes, size_t Count, const std::filesystem::path& Folder)
	{
		using FFailed = TOutcome<std::filesystem::path>;
		const std::string Wrong = WhatIsWrongWithSpeaker(Bytes, Count);
		if (!Wrong.empty())
		{
			return FFailed::Failed(Wrong);
		}
		return Guarded<std::filesystem::path>([&]() -> FFailed {
			const std::string Contents(reinterpret_cast<const char*>(Bytes), Count);
			const std::filesystem::path File = Folder / (FFingerprint().Add(Contents).Text() + ".speaker");
			std::ifstream There(File, std::ios::binary);
			if (There && std::string(std::istreambuf_iterator<char>(There), {}) == Contents)
			{
				return File;
			}
			There.close();
			std::error_code Fault;
			std::filesystem::create_directories(Folder, Fault);
			static std::atomic<unsigned> Number{0};
			const auto Salt = std::to_string(Number++) + "-" + std::to_string(reinterpret_cast<uintptr_t>(&Number));
			const std::filesystem::path Unfinished = Folder / (Salt + ".unfinished");
			std::ofstream Writer(Unfinished, std::ios::binary);
			Writer.write(Contents.data(), std::streamsize(Count));
			Writer.close();
			if (Writer)
			{
				std::filesystem::rename(Unfinished, File, Fault);
			}
			if (!Writer || Fault)
			{
				std::filesystem::remove(Unfinished, Fault);
				return FFailed::Failed("the folder " + TextOf(Folder) + " cannot be written: free some space, or make it writable");
			}
			return File;
		});
	}
}
