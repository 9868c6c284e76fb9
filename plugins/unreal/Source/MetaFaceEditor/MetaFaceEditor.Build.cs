// Copyright the MetaFace contributors. MIT licence.
using UnrealBuildTool;

public class MetaFaceEditor : ModuleRules
{
	public MetaFaceEditor(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;
		// The same as in the runtime module, because both share types of the standard library.
		bEnableExceptions = true;

		PublicDependencyModuleNames.AddRange(new string[] { "Core", "CoreUObject", "Engine", "DeveloperSettings", "UnrealEd", "AssetDefinition", "MetaFaceRuntime" });
		PrivateDependencyModuleNames.AddRange(new string[] { "AssetRegistry", "ContentBrowser", "MessageLog", "Projects", "Slate", "SlateCore", "ToolMenus" });
	}
}
