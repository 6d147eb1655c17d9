using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Truce.Mutants.Generating;

/// <summary>How an expression is made wrong.</summary>
internal abstract record Change
{
    private Change(string kind, string shown) => (Kind, Shown) = (kind, shown);

    /// <summary>The operator's name.</summary>
    public string Kind { get; }

    /// <summary>What it reads like then.</summary>
    public string Shown { get; }

    /// <summary>Something else stands there.</summary>
    public sealed record Other(string Operator, ExpressionSyntax Text) : Change(Operator, Text.ToString());

    /// <summary>A condition is negated.</summary>
    public sealed record Negated(string Text) : Change("negated", $"!({Text})");

    /// <summary>A condition that names what it matched never holds.</summary>
    public sealed record Never() : Change("never", "false");

    /// <summary>A condition that names what it didn't match always holds.</summary>
    public sealed record Always() : Change("always", "true");
}
