using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Truce.Mutants.Generating;

/// <summary>A project of src/ with all its mutants in one assembly.</summary>
internal sealed class MutatedProject
{
    private const int RoundsMax = 30;

    private const string Switch = """
        namespace TruceMutants;

        public static class M
        {
            private static int s_active = int.TryParse(
                System.Environment.GetEnvironmentVariable("TRUCE_MUTANT"), out int given) ? given : 0;
            private static byte[] s_hits;

            public static bool On(int id)
            {
                byte[] hits = s_hits;
                if (hits != null)
                    hits[id] = 1;
                return s_active == id;
            }

            public static void Select(string id) => s_active = id == null ? 0 : int.Parse(id);

            public static void Record() => s_hits = new byte[65536];

            public static string[] Hits()
            {
                System.Collections.Generic.List<string> ids = new();
                for (int i = 0; i < s_hits.Length; i++)
                    if (s_hits[i] != 0)
                        ids.Add(i.ToString());
                System.Array.Clear(s_hits);
                return ids.ToArray();
            }
        }
        """;

    private static readonly CSharpParseOptions s_parse = new(
        LanguageVersion.Preview,
        preprocessorSymbols: ["TRACE", "DEBUG", "NET", "NET10_0", "NET10_0_OR_GREATER", "NET9_0_OR_GREATER",
            "NET8_0_OR_GREATER"]);

    private readonly CSharpCompilation _plain;
    private readonly IReadOnlyList<(string File, SyntaxTree Tree)> _files;

    private MutatedProject(CSharpCompilation plain, IReadOnlyList<(string File, SyntaxTree Tree)> files)
    {
        _plain = plain;
        _files = files;
    }

    /// <summary>Reads a project as it was built last, with what generators make of it.</summary>
    /// <param name="name">The project: Truce.Control.</param>
    /// <param name="bins">Folders with the assemblies that it refers to; an earlier one's come first.</param>
    /// <param name="tree">Where its sources are, if not here.</param>
    /// <param name="assembly">What is built from it, if that has another name.</param>
    public static MutatedProject Read(
        string name, IReadOnlyList<string> bins, string? tree = null, string? assembly = null)
    {
        string src = Path.Combine(tree ?? Settings.Root, "src"), folder = Path.Combine(src, name);
        List<(string, SyntaxTree)> files = [];
        foreach (string path in SourceFiles.Of(folder))
            files.Add((Path.GetRelativePath(src, path), Parse(path)));
        IEnumerable<SyntaxTree> made = Directory
            .EnumerateFiles(Path.Combine(Settings.Root, "src", name, "obj", "Debug", "net10.0"), "*.cs")
            .Select(Parse);
        CSharpCompilation compilation = CSharpCompilation.Create(
            assembly ?? name, files.Select(f => f.Item2).Concat(made), References(assembly ?? name, bins),
            new CSharpCompilationOptions(
                File.Exists(Path.Combine(folder, "Program.cs"))
                    ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create(Generators(), parseOptions: s_parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation whole, out _);
        Diagnostic? error = whole.GetDiagnostics().FirstOrDefault(d =>
            d.Severity == DiagnosticSeverity.Error);
        return error is null
            ? new MutatedProject((CSharpCompilation)whole, files)
            : throw new InvalidOperationException($"{name} doesn't compile: {error}");
    }

    /// <summary>Writes the assembly as its sources are, planted mutants included.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="built">Its last build, whose resources it takes over.</param>
    public void EmitAsItIs(string folder, string built)
    {
        Assembly before = Assembly.LoadFile(built);
        using FileStream image = File.Create(Path.Combine(folder, Path.GetFileName(built)));
        if (!_plain.Emit(image, manifestResources: before.GetManifestResourceNames().Select(n =>
            new ResourceDescription(n, () => before.GetManifestResourceStream(n)!, isPublic: true))).Success)
            throw new InvalidOperationException($"{built} can't be written with mutants");
    }

    /// <summary>Writes the assembly with every mutant that compiles, and tells which.</summary>
    public IReadOnlyList<Mutant> Emit(string target)
    {
        HashSet<int> off = [];
        for (int round = 1; round <= RoundsMax; round++)
        {
            MutantRegister register = new(off);
            CSharpCompilation mutated = _plain.AddSyntaxTrees(CSharpSyntaxTree.ParseText(Switch, s_parse));
            foreach ((string file, SyntaxTree tree) in _files)
            {
                SyntaxNode root = new Rewriter(_plain.GetSemanticModel(tree), file, register)
                    .Visit(tree.GetRoot())!;
                mutated = mutated.ReplaceSyntaxTree(
                    tree, CSharpSyntaxTree.Create((CSharpSyntaxNode)root, s_parse, tree.FilePath));
            }

            using MemoryStream image = new();
            var result = mutated.Emit(image);
            if (result.Success)
            {
                File.WriteAllBytes(target, image.ToArray());
                Console.Error.WriteLine(
                    $"{register.Found} mutants found, {off.Count} of them don't compile, {round} rounds");
                return register.Built;
            }

            int before = off.Count;
            foreach (Diagnostic error in result.Diagnostics.Where(d =>
                d.Severity == DiagnosticSeverity.Error))
                off.UnionWith(Culprits.Of(error, round));
            if (off.Count == before)
                throw new InvalidOperationException("no mutant is to blame for "
                    + result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error));
        }

        throw new InvalidOperationException($"it doesn't compile after {RoundsMax} rounds");
    }

    private static SyntaxTree Parse(string path) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(path), s_parse, path, System.Text.Encoding.UTF8);

    private static IEnumerable<MetadataReference> References(string name, IReadOnlyList<string> bins)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string web = framework.Replace("Microsoft.NETCore.App", "Microsoft.AspNetCore.App",
            StringComparison.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal) { name + ".dll" };
        foreach (string path in bins.Append(framework).Append(web).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.dll")))
        {
            if (IsManaged(path) && seen.Add(Path.GetFileName(path)))
                yield return MetadataReference.CreateFromFile(path);
        }
    }

    private static bool IsManaged(string path)
    {
        try
        {
            return AssemblyName.GetAssemblyName(path) is not null;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    // Those of the framework, and of logging: Truce's own projects use no others.
    private static IEnumerable<ISourceGenerator> Generators()
    {
        string dotnet = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget",
                "packages");
        string packs = Path.Combine(dotnet, "packs", "Microsoft.NETCore.App.Ref");
        string logging = Path.Combine(packages, "microsoft.extensions.logging.abstractions");
        string?[] paths =
        [
            Newest(packs, "System.Text.Json.SourceGeneration.dll"),
            Newest(packs, "System.Text.RegularExpressions.Generator.dll"),
            Newest(packs, "Microsoft.Interop.SourceGeneration.dll"),
            Newest(packs, "Microsoft.Interop.LibraryImportGenerator.dll"),
            Newest(logging, "Microsoft.Extensions.Logging.Generators.dll"),
        ];
        Loader loader = new();
        return paths.OfType<string>().SelectMany(
            p => new AnalyzerFileReference(p, loader).GetGenerators(LanguageNames.CSharp));
    }

    private static string? Newest(string folder, string name) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .LastOrDefault()
        : null;

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
