// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceSpeaker.h"

#include "MetaFaceCore/SpeakerFile.h"
#include "MetaFaceText.h"
#include "Misc/FileHelper.h"

bool UMetaFaceSpeaker::LoadFile(const FString& Filename, FString& OutError)
{
	const auto Card = MetaFaceCore::ReadSpeakerCard(MetaFace::ToPath(Filename));
	if (!Card)
	{
		OutError = MetaFace::FromStd(Card.Error());
		return false;
	}
	TArray<uint8> Bytes;
	if (!FFileHelper::LoadFileToArray(Bytes, *Filename))
	{
		OutError = FString::Printf(TEXT("%s cannot be read: see whether it is still there"), *Filename);
		return false;
	}
	const std::string Wrong = MetaFaceCore::WhatIsWrongWithSpeaker(Bytes.GetData(), size_t(Bytes.Num()));
	if (!Wrong.empty())
	{
		OutError = FString::Printf(TEXT("%s: %s"), *Filename, *MetaFace::FromStd(Wrong));
		return false;
	}
	SpeakerName = MetaFace::FromStd(Card->Name);
	Consent = MetaFace::FromStd(Card->Consent);
	Licence = MetaFace::FromStd(Card->Licence);
	Learning = MetaFace::FromStd(Card->Learning);
	BaseModel = MetaFace::FromStd(Card->BaseModel);
	FileBytes = MoveTemp(Bytes);
	return true;
}
