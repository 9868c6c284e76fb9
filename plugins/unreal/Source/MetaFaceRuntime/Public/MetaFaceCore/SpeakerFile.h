// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "MetaFaceCore/Outcome.h"

namespace MetaFaceCore
{
	/** A speaker file and its metadata. */
	struct FSpeakerFile
	{
		std::string Name;
		std::string BaseModel;
		std::string Consent;
		std::string Licence;
		/** "instant", "fitted" or "blended". */
		std::string Learning;
		/** The whole file, for FAnimator::WithSpeaker. */
		std::vector<uint8_t> Bytes;
	};

	METAFACERUNTIME_API TOutcome<FSpeakerFile> ReadSpeakerFile(const std::filesystem::path& File);
}
