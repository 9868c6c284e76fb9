// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <string>
#include <vector>

namespace MetaFaceCore
{
	/** A member of a JSON object whose value is a string. */
	struct FJsonString
	{
		/** 1 in the outermost object. */
		int Depth = 0;
		std::string Key;
		std::string Value;
	};

	/**
	 * All string members of a JSON text, in order. For texts that the library has read already, so
	 * nothing is validated; what is broken ends the list.
	 */
	std::vector<FJsonString> JsonStrings(const std::string& Json);
}
