// A stand-in for the part of UnrealBuildTool that the plugin's Build.cs files use, not Epic's code. Run it
// with mono: rules.exe PLATFORM FOLDER CLASS prints the rules' decisions.
using System;
using System.Collections.Generic;
using System.Reflection;

namespace UnrealBuildTool
{
	public class BuildException : Exception
	{
		public BuildException(string Format, params object[] Arguments) : base(string.Format(Format, Arguments)) {}
	}

	public struct UnrealTargetPlatform
	{
		private string Name;
		public static readonly UnrealTargetPlatform Win64 = Parse("Win64");
		public static readonly UnrealTargetPlatform Mac = Parse("Mac");
		public static readonly UnrealTargetPlatform Linux = Parse("Linux");
		public static UnrealTargetPlatform Parse(string Name) { return new UnrealTargetPlatform { Name = Name }; }
		public override string ToString() { return Name; }
		public override bool Equals(object Other) { return Other is UnrealTargetPlatform && ((UnrealTargetPlatform)Other).Name == Name; }
		public override int GetHashCode() { return Name.GetHashCode(); }
		public static bool operator ==(UnrealTargetPlatform A, UnrealTargetPlatform B) { return A.Equals(B); }
		public static bool operator !=(UnrealTargetPlatform A, UnrealTargetPlatform B) { return !A.Equals(B); }
	}

	public class ReadOnlyTargetRules
	{
		public UnrealTargetPlatform Platform;
		// The folder of the rules' file. The real tool gets it in another way.
		public string ShimModuleDirectory;
	}

	public enum CppStandardVersion { Default, Cpp17, Cpp20, Latest }

	public class ModuleRules
	{
		public enum ModuleType { CPlusPlus, External }
		public enum PCHUsageMode { Default, UseExplicitOrSharedPCHs }

		public ModuleRules(ReadOnlyTargetRules Target) { ModuleDirectory = Target.ShimModuleDirectory; }

		public string ModuleDirectory;
		public ModuleType Type = ModuleType.CPlusPlus;
		public PCHUsageMode PCHUsage;
		public CppStandardVersion CppStandard;
		public bool bEnableExceptions;
		public readonly List<string> PublicDependencyModuleNames = new List<string>();
		public readonly List<string> PrivateDependencyModuleNames = new List<string>();
		public readonly List<string> PublicSystemIncludePaths = new List<string>();
		public readonly List<string> PublicAdditionalLibraries = new List<string>();
		public readonly List<string> PublicSystemLibraries = new List<string>();
		public readonly List<string> PublicFrameworks = new List<string>();
	}

	public static class Program
	{
		public static int Main(string[] Arguments)
		{
			var Target = new ReadOnlyTargetRules { Platform = UnrealTargetPlatform.Parse(Arguments[0]), ShimModuleDirectory = Arguments[1] };
			object Rules;
			try
			{
				Rules = Activator.CreateInstance(Type.GetType(Arguments[2]), Target);
			}
			catch (TargetInvocationException Exception)
			{
				if (!(Exception.InnerException is BuildException)) throw;
				Console.WriteLine("BuildException\t" + Exception.InnerException.Message);
				return 0;
			}
			foreach (FieldInfo Field in typeof(ModuleRules).GetFields())
			{
				object Value = Field.GetValue(Rules);
				var Items = Value as List<string>;
				Console.WriteLine(Field.Name + "\t" + (Items != null ? string.Join("\t", Items) : Convert.ToString(Value)));
			}
			return 0;
		}
	}
}
