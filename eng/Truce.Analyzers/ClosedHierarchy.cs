using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Truce.Analyzers;

/// <summary>What a closed hierarchy is, and which of its cases a switch matches.</summary>
internal static class ClosedHierarchy
{
    /// <summary>Abstract, with private constructors only, and its cases nested in it.</summary>
    public static bool IsClosed(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, IsAbstract: true }
        && type.InstanceConstructors.All(c =>
            c.DeclaredAccessibility == Accessibility.Private || IsCopyConstructor(c, type))
        && type.GetTypeMembers().Any(t => DerivesFrom(t, type));

    private static bool IsCopyConstructor(IMethodSymbol constructor, INamedTypeSymbol type) =>
        constructor.Parameters.Length == 1
        && SymbolEqualityComparer.Default.Equals(
            constructor.Parameters[0].Type.OriginalDefinition, type.OriginalDefinition);

    /// <summary>The cases that nothing has matched.</summary>
    public static ImmutableArray<INamedTypeSymbol> Missing(INamedTypeSymbol root, HashSet<ISymbol> matched) =>
        Leaves(root).Where(leaf => !IsMatched(leaf, root, matched)).ToImmutableArray();

    private static IEnumerable<INamedTypeSymbol> Leaves(INamedTypeSymbol root) =>
        root.GetTypeMembers().Where(t => DerivesFrom(t, root) && !t.IsAbstract);

    private static bool DerivesFrom(INamedTypeSymbol type, INamedTypeSymbol root)
    {
        for (INamedTypeSymbol? b = type.BaseType; b is not null; b = b.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(b.OriginalDefinition, root.OriginalDefinition))
                return true;
        }

        return false;
    }

    private static bool IsMatched(INamedTypeSymbol leaf, INamedTypeSymbol root, HashSet<ISymbol> matched)
    {
        for (INamedTypeSymbol? b = leaf; b is not null; b = b.BaseType)
        {
            if (matched.Contains(b.OriginalDefinition))
                return true;
            if (SymbolEqualityComparer.Default.Equals(b.OriginalDefinition, root.OriginalDefinition))
                return false;
        }

        return false;
    }

    /// <summary>Adds the types that a pattern matches whatever the values inside are.</summary>
    public static void Collect(PatternSyntax pattern, SemanticModel model, HashSet<ISymbol> matched)
    {
        switch (pattern)
        {
            case DeclarationPatternSyntax declaration:
                Add(model.GetTypeInfo(declaration.Type).Type, matched);
                break;
            case TypePatternSyntax type:
                Add(model.GetTypeInfo(type.Type).Type, matched);
                break;
            case ConstantPatternSyntax constant
                when model.GetSymbolInfo(constant.Expression).Symbol is ITypeSymbol t:
                Add(t, matched);
                break;
            case RecursivePatternSyntax { Type: { } type } recursive when IsTotal(recursive, model):
                Add(model.GetTypeInfo(type).Type, matched);
                break;
            case ParenthesizedPatternSyntax inner:
                Collect(inner.Pattern, model, matched);
                break;
            case BinaryPatternSyntax either when either.IsKind(SyntaxKind.OrPattern):
                Collect(either.Left, model, matched);
                Collect(either.Right, model, matched);
                break;
        }
    }

    private static bool IsTotal(RecursivePatternSyntax pattern, SemanticModel model)
    {
        IEnumerable<SubpatternSyntax> parts =
            (pattern.PositionalPatternClause?.Subpatterns ?? default)
            .Concat(pattern.PropertyPatternClause?.Subpatterns ?? default);
        return parts.All(p => p.Pattern is DiscardPatternSyntax or VarPatternSyntax
            || (p.Pattern is DeclarationPatternSyntax d && MatchesAny(d, model)));
    }

    private static bool MatchesAny(DeclarationPatternSyntax pattern, SemanticModel model)
    {
        TypeInfo declared = model.GetTypeInfo(pattern.Type);
        TypeInfo input = model.GetTypeInfo(pattern);
        return declared.Type is { IsValueType: true }
            && SymbolEqualityComparer.Default.Equals(declared.Type, input.ConvertedType);
    }

    private static void Add(ITypeSymbol? type, HashSet<ISymbol> matched)
    {
        if (type is not null)
            matched.Add(type.OriginalDefinition);
    }
}
