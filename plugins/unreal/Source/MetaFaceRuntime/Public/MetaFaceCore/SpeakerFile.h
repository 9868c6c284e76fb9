// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <filesystem>
#include <string>

#include "MetaFaceCore/Outcome.h"

namespace MetaFaceCore
{
	/** What a speaker file says about itself. */
	struct FSpeakerCard
	{
		std::string Name;
		std::string BaseModel;
		std::string Consent;
		std::string Licence;
		/** "instant", "fitted" or "blended". */
		std::string Learning;
	};

	/** Speaker files are smaller; nothing larger is read. */
	inline constexpr size_t LargestSpeakerFile = 500000;

	/** Reads a speaker file whole, as the library does before using it. */
	METAFACERUNTIME_API TOutcome<FSpeakerCard> ReadSpeakerCard(const std::filesystem::path& File);

	/** Why these bytes cannot be a speaker file; empty if they may be one. Reads nothing twice. */
	METAFACERUNTIME_API std::string WhatIsWrongWithSpeaker(const uint8_t* Bytes, size_t Count);

	/**
	 * A file in the folder with these bytes, named by them: the library opens files. Written to
	 * another name first, and only where it is not there yet.
	 */
	METAFACERUNTIME_API TOutcome<std::filesystem::path> SpeakerFileOf(const uint8_t* Bytes, size_t Count,
		const std::filesystem::path& Folder);
}
