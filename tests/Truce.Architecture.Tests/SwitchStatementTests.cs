using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Truce.Analyzers;

namespace Truce.Architecture.Tests;

/// <summary>A switch over a closed hierarchy, or an enum of ours, names every case.</summary>
public sealed class SwitchStatementTests
{
    private const string Types = """
        public abstract class Shape
        {
            private Shape() { }
            public sealed class Round : Shape { public int Size { get; } }
            public sealed class Square : Shape;
            public sealed class Flat : Shape;
        }
        public abstract class Open { public sealed class One : Open; }
        public enum Light { Red, Green }
        """;

    [Theory]
    [InlineData("Shape", "case Shape.Round: break; case Shape.Square: break; case Shape.Flat: break;", "")]
    [InlineData("Shape", "case Shape.Round or Shape.Square: break; case Shape.Flat flat: break;", "")]
    [InlineData("Shape", "case Shape.Round: break; case Shape.Square: break;", "Flat")]
    [InlineData("Shape", "case Shape.Round: break; case Shape.Square: break; default: break;", "Flat")]
    [InlineData("Shape", "case Shape.Round { Size: 1 }: break; case Shape.Square or Shape.Flat: break;",
        "Round")]
    [InlineData("Shape", "case Shape.Round r when r.Size > 1: break; case Shape.Square or Shape.Flat: break;",
        "Round")]
    [InlineData("Light", "case Light.Red: break; case Light.Green: break;", "")]
    [InlineData("Light", "case Light.Red: break;", "Green")]
    [InlineData("Light", "case Light.Red: break; default: break;", "Green")]
    [InlineData("Open", "case Open.One: break;", "")]
    [InlineData("int", "case 1: break;", "")]
    [InlineData("System.DayOfWeek", "case System.DayOfWeek.Monday: break;", "")]
    public async Task A_case_that_isnt_named_is_an_error(string type, string cases, string missing)
    {
        string code = $"{Types} class Test {{ void Look({type} it) {{ switch (it) {{ {cases} }} }} }}";
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Truce.Planted",
            [CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.DoesNotContain(
            compilation.GetDiagnostics(TestContext.Current.CancellationToken),
            d => d.Severity == DiagnosticSeverity.Error);
        IEnumerable<Diagnostic> found = await compilation.WithAnalyzers([new SwitchStatementAnalyzer()])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(missing.Length > 0, found.Any(d => d.Id == "TRUCE001"
            && d.GetMessage().Contains($"name {missing}", StringComparison.Ordinal)));
    }
}
