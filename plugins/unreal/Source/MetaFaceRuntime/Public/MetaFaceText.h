// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"

#include <filesystem>
#include <string>

// Conversions between the engine's and the standard library's strings, through UTF-8.
namespace MetaFace
{
	inline std::string ToStd(const FString& Text)
	{
		return std::string(TCHAR_TO_UTF8(*Text));
	}

	inline FString FromStd(const std::string& Text)
	{
		return FString(UTF8_TO_TCHAR(Text.c_str()));
	}

	inline std::filesystem::path ToPath(const FString& Text)
	{
		const std::string Narrow = ToStd(Text);
		return std::filesystem::path(std::u8string(Narrow.begin(), Narrow.end()));
	}
}
