// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/SpeakerFile.h"

#include "Library.h"

namespace MetaFaceCore
{
	TOutcome<FSpeakerFile> ReadSpeakerFile(const std::filesystem::path& File)
	{
		return Guarded<FSpeakerFile>([&]() -> TOutcome<FSpeakerFile> {
			const auto Speaker = metaface::Speaker::try_open(File);
			if (!Speaker)
			{
				return FailedBy<FSpeakerFile>(Speaker.error());
			}
			auto Bytes = Speaker->try_to_bytes();
			if (!Bytes)
			{
				return FailedBy<FSpeakerFile>(Bytes.error());
			}
			return FSpeakerFile{Speaker->name(), Speaker->base_model(), Speaker->consent(), Speaker->licence(),
				Speaker->learning(), *std::move(Bytes)};
		});
	}
}
