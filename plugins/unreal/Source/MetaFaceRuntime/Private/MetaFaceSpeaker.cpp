// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceSpeaker.h"

#include "MetaFaceCore/SpeakerFile.h"
#include "MetaFaceText.h"

bool UMetaFaceSpeaker::LoadFile(const FString& Filename, FString& OutError)
{
	const auto File = MetaFaceCore::ReadSpeakerFile(MetaFace::ToPath(Filename));
	if (!File)
	{
		OutError = MetaFace::FromStd(File.Error());
		return false;
	}
	SpeakerName = MetaFace::FromStd(File->Name);
	Consent = MetaFace::FromStd(File->Consent);
	Licence = MetaFace::FromStd(File->Licence);
	Learning = MetaFace::FromStd(File->Learning);
	BaseModel = MetaFace::FromStd(File->BaseModel);
	FileBytes = TArray<uint8>(File->Bytes.data(), int32(File->Bytes.size()));
	return true;
}
