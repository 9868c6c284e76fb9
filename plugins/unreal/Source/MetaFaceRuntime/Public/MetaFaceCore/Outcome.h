// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <optional>
#include <string>
#include <utility>

// MetaFaceCore does not depend on the engine. Its headers only use the standard library, so that it
// can be tested without an engine.
namespace MetaFaceCore
{
	/** A value, or an error message for the artist that names the cause and the remedy. */
	template <typename ValueType>
	class TOutcome
	{
	public:
		TOutcome(ValueType InValue) : Value(std::move(InValue)) {}

		static TOutcome Failed(std::string InReason, bool bInCancelled = false)
		{
			TOutcome Outcome;
			Outcome.Reason = std::move(InReason);
			Outcome.bCancelled = bInCancelled;
			return Outcome;
		}

		explicit operator bool() const { return Value.has_value(); }
		ValueType& operator*() { return *Value; }
		const ValueType& operator*() const { return *Value; }
		ValueType* operator->() { return &*Value; }
		const ValueType* operator->() const { return &*Value; }

		/** Empty if there is a value. */
		const std::string& Error() const { return Reason; }
		/** Whether the user cancelled the work. */
		bool IsCancelled() const { return bCancelled; }

	private:
		TOutcome() = default;

		std::optional<ValueType> Value;
		std::string Reason;
		bool bCancelled = false;
	};
}
