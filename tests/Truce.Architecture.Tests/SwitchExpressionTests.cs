using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Truce.Analyzers;

namespace Truce.Architecture.Tests;

/// <summary>A switch expression over a closed hierarchy is let pass where it names every case, and only
/// there.</summary>
public sealed class SwitchExpressionTests
{
    private const string Types = """
        public abstract class Shape
        {
            private Shape() { }
            public sealed class Round : Shape { public int Size { get; } }
            public sealed class Square : Shape;
        }
        public abstract class Open { public sealed class One : Open; }
        """;

    [Theory]
    [InlineData("Shape", "Shape.Round => 1, Shape.Square => 2", false)]
    [InlineData("Shape", "Shape.Round or Shape.Square => 1", false)]
    [InlineData("Shape", "Shape.Round => 1", true)]
    [InlineData("Shape", "Shape.Round { Size: 1 } => 1, Shape.Square => 2", true)]
    [InlineData("Shape", "Shape.Round r when r.Size > 1 => 1, Shape.Square => 2", true)]
    [InlineData("Open", "Open.One => 1", true)]
    public async Task A_case_that_isnt_named_stays_an_error(
        string type, string arms, bool isWarned)
    {
        string code = $"{Types} class Test {{ int Look({type} it) => it switch {{ {arms} }}; }}";
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Truce.Planted",
            [CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        IEnumerable<Diagnostic> found = await compilation.WithAnalyzers([new ClosedHierarchySuppressor()])
            .GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(found, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(isWarned, found.Any(d => d is { Id: "CS8509", IsSuppressed: false }));
    }
}
