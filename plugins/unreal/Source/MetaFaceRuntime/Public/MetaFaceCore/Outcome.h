// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <optional>
#include <string>
#include <utility>

// What is in MetaFaceCore knows no engine: the standard library alone in its headers, so that it
// is tested without one.
namespace MetaFaceCore
{
	/** A value, or the sentence for the artist that says why there is none and what to do. */
	template <typename ValueType>
	class TOutcome
	{
	public:
		TOutcome(ValueType InValue) : Held(std::move(InValue)) {}

		static TOutcome Failed(std::string Reason, bool bCancelled = false)
		{
			TOutcome Outcome;
			Outcome.Why = std::move(Reason);
			Outcome.bStopped = bCancelled;
			return Outcome;
		}

		explicit operator bool() const { return Held.has_value(); }
		ValueType& operator*() { return *Held; }
		const ValueType& operator*() const { return *Held; }
		ValueType* operator->() { return &*Held; }
		const ValueType* operator->() const { return &*Held; }

		/** Empty where there is a value. */
		const std::string& Error() const { return Why; }
		/** Whether somebody asked to stop, which is no fault. */
		bool IsCancelled() const { return bStopped; }

	private:
		TOutcome() = default;

		std::optional<ValueType> Held;
		std::string Why;
		bool bStopped = false;
	};
}
