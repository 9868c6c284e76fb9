// Copyright the MetaFace contributors. MIT licence.
#include "JsonText.h"

#include <cstdint>
#include <cstdlib>
#include <optional>

namespace MetaFaceCore
{
	namespace
	{
		void AppendUtf8(std::string& Text, uint32_t Point)
		{
			if (Point < 0x80)
			{
				Text += char(Point);
				return;
			}
			const int More = Point < 0x800 ? 1 : Point < 0x10000 ? 2 : 3;
			const uint32_t Lead = More == 1 ? 0xC0 : More == 2 ? 0xE0 : 0xF0;
			Text += char(Lead | (Point >> (6 * More)));
			for (int Index = More - 1; Index >= 0; --Index)
			{
				Text += char(0x80 | ((Point >> (6 * Index)) & 0x3F));
			}
		}

		std::optional<uint32_t> CodeUnit(const std::string& Json, size_t At)
		{
			if (At + 4 > Json.size())
			{
				return {};
			}
			return uint32_t(std::strtoul(Json.substr(At, 4).c_str(), nullptr, 16));
		}

		/** Reads from behind the opening quote to behind the closing one. */
		std::optional<std::string> Quoted(const std::string& Json, size_t& At)
		{
			std::string Text;
			while (At < Json.size() && Json[At] != '"')
			{
				const char Letter = Json[At++];
				if (Letter != '\\')
				{
					Text += Letter;
					continue;
				}
				const char Escape = At < Json.size() ? Json[At++] : '\0';
				if (Escape != 'u')
				{
					const std::string From = "nrtbf";
					const size_t Which = From.find(Escape);
					Text += Which == std::string::npos ? Escape : "\n\r\t\b\f"[Which];
					continue;
				}
				std::optional<uint32_t> Point = CodeUnit(Json, At);
				if (!Point)
				{
					return {};
				}
				At += 4;
				const bool bHigh = *Point >= 0xD800 && *Point < 0xDC00;
				if (bHigh && Json.compare(At, 2, "\\u") == 0)
				{
					const std::optional<uint32_t> Low = CodeUnit(Json, At + 2);
					Point = 0x10000 + ((*Point - 0xD800) << 10) + (Low.value_or(0xDC00) & 0x3FF);
					At += 6;
				}
				AppendUtf8(Text, *Point);
			}
			if (At >= Json.size())
			{
				return {};
			}
			++At;
			return Text;
		}
	}

	std::vector<FJsonString> JsonStrings(const std::string& Json)
	{
		std::vector<FJsonString> Found;
		int Depth = 0;
		std::optional<std::string> Last;
		std::optional<std::string> Key;
		for (size_t At = 0; At < Json.size();)
		{
			const char Letter = Json[At++];
			if (Letter == '"')
			{
				std::optional<std::string> Text = Quoted(Json, At);
				if (!Text)
				{
					break;
				}
				if (Key)
				{
					Found.push_back({Depth, *Key, *Text});
					Key.reset();
				}
				Last = std::move(Text);
			}
			else if (Letter == ':')
			{
				Key = std::exchange(Last, {});
			}
			else if (Letter != ' ' && Letter != '\n' && Letter != '\t' && Letter != '\r')
			{
				Depth += Letter == '{' || Letter == '[' ? 1 : Letter == '}' || Letter == ']' ? -1 : 0;
				Key.reset();
				Last.reset();
			}
		}
		return Found;
	}
}
