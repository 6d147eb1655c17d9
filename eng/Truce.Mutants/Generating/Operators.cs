using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Truce.Mutants.Generating;

/// <summary>The operators: which mistakes an expression or a statement invites.</summary>
internal static class Operators
{
    private static readonly Dictionary<SyntaxKind, (SyntaxKind Kind, string Name)> s_swaps = new()
    {
        [SyntaxKind.LogicalAndExpression] = (SyntaxKind.LogicalOrExpression, "logical"),
        [SyntaxKind.LogicalOrExpression] = (SyntaxKind.LogicalAndExpression, "logical"),
        [SyntaxKind.LessThanExpression] = (SyntaxKind.LessThanOrEqualExpression, "boundary"),
        [SyntaxKind.LessThanOrEqualExpression] = (SyntaxKind.LessThanExpression, "boundary"),
        [SyntaxKind.GreaterThanExpression] = (SyntaxKind.GreaterThanOrEqualExpression, "boundary"),
        [SyntaxKind.GreaterThanOrEqualExpression] = (SyntaxKind.GreaterThanExpression, "boundary"),
        [SyntaxKind.AddExpression] = (SyntaxKind.SubtractExpression, "arithmetic"),
        [SyntaxKind.SubtractExpression] = (SyntaxKind.AddExpression, "arithmetic"),
        [SyntaxKind.MultiplyExpression] = (SyntaxKind.DivideExpression, "arithmetic"),
        [SyntaxKind.DivideExpression] = (SyntaxKind.MultiplyExpression, "arithmetic"),
        [SyntaxKind.ModuloExpression] = (SyntaxKind.MultiplyExpression, "arithmetic"),
    };

    private static readonly Dictionary<SyntaxKind, SyntaxKind> s_assignments = new()
    {
        [SyntaxKind.AddAssignmentExpression] = SyntaxKind.SubtractAssignmentExpression,
        [SyntaxKind.SubtractAssignmentExpression] = SyntaxKind.AddAssignmentExpression,
        [SyntaxKind.AndAssignmentExpression] = SyntaxKind.OrAssignmentExpression,
        [SyntaxKind.OrAssignmentExpression] = SyntaxKind.AndAssignmentExpression,
    };

    private static readonly Dictionary<string, string> s_linq = Both(
        ("Any", "All"), ("First", "Last"), ("FirstOrDefault", "LastOrDefault"), ("Min", "Max"),
        ("MinBy", "MaxBy"), ("OrderBy", "OrderByDescending"), ("ThenBy", "ThenByDescending"),
        ("Take", "Skip"), ("TakeWhile", "SkipWhile"), ("Union", "Intersect"));

    /// <summary>The mistakes of an expression.</summary>
    public static IEnumerable<Change> Of(ExpressionSyntax e, SemanticModel model)
    {
        if (HangsOn(e))
            yield break;
        if (Swapped(e, model) is { } swapped)
            yield return swapped;
        if (Conditions.IsSite(e, model))
            yield return Conditions.Turned(e);
        foreach (Change change in OfKind(e, model))
            yield return change;
        if (e.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax
            && Values.NoneInPlaceOf(e, model) is { } none)
            yield return new Change.Other("returned", none);
        if (Unchanged(e) is { } unchanged)
            yield return new Change.Other("with", unchanged);
    }

    /// <summary>Another assignment in place of one.</summary>
    public static StatementSyntax? OtherStatement(ExpressionStatementSyntax s, SemanticModel model) =>
        s.Expression switch
        {
            AssignmentExpressionSyntax a when s_assignments.TryGetValue(a.Kind(), out SyntaxKind other)
                && (IsOfBits(a) || Values.IsNumber(model.GetTypeInfo(a.Left).Type)) =>
                ExpressionStatement(AssignmentExpression(other, a.Left, a.Right)),
            PostfixUnaryExpressionSyntax p when p.IsKind(SyntaxKind.PostIncrementExpression) =>
                ExpressionStatement(PostfixUnaryExpression(SyntaxKind.PostDecrementExpression, p.Operand)),
            PostfixUnaryExpressionSyntax p when p.IsKind(SyntaxKind.PostDecrementExpression) =>
                ExpressionStatement(PostfixUnaryExpression(SyntaxKind.PostIncrementExpression, p.Operand)),
            _ => null,
        };

    /// <summary>Whether a statement can be left out.</summary>
    public static bool CanGo(ExpressionStatementSyntax s) => s.Expression switch
    {
        InvocationExpressionSyntax i => !LeftAlone.Is(i),
        AwaitExpressionSyntax or ConditionalAccessExpressionSyntax => true,
        AssignmentExpressionSyntax a => a.Left is not IdentifierNameSyntax { Identifier.Text: "_" }
            and not TupleExpressionSyntax and not DeclarationExpressionSyntax,
        _ => false,
    };

    // What follows `?.` makes no sense by itself.
    private static bool HangsOn(ExpressionSyntax e) => e switch
    {
        MemberBindingExpressionSyntax or ElementBindingExpressionSyntax => true,
        InvocationExpressionSyntax i => HangsOn(i.Expression),
        MemberAccessExpressionSyntax m => HangsOn(m.Expression),
        ElementAccessExpressionSyntax a => HangsOn(a.Expression),
        _ => false,
    };

    private static bool IsOfBits(AssignmentExpressionSyntax a) =>
        a.Kind() is SyntaxKind.AndAssignmentExpression or SyntaxKind.OrAssignmentExpression;

    private static Change.Other? Swapped(ExpressionSyntax e, SemanticModel model)
    {
        if (e is not BinaryExpressionSyntax b || !s_swaps.TryGetValue(b.Kind(), out var to))
            return null;
        if (to.Name == "logical" && Conditions.Declares(b))
            return null;
        if (to.Name == "arithmetic" && !Values.IsQuantity(model.GetTypeInfo(b).Type))
            return null;
        return new Change.Other(to.Name, BinaryExpression(to.Kind, b.Left, b.Right));
    }

    private static IEnumerable<Change> OfKind(ExpressionSyntax e, SemanticModel model)
    {
        switch (e)
        {
            case LiteralExpressionSyntax literal:
                foreach (ExpressionSyntax other in Values.Others(literal, model))
                    yield return new Change.Other("constant", other);
                break;
            case BinaryExpressionSyntax b when b.IsKind(SyntaxKind.CoalesceExpression):
                if (b.Right is not ThrowExpressionSyntax)
                    yield return new Change.Other("coalescing", b.Right);
                if (model.GetTypeInfo(b.Left).Type is { IsReferenceType: true }
                    && !Conditions.Declares(b.Left))
                    yield return new Change.Other(
                        "coalescing",
                        PostfixUnaryExpression(SyntaxKind.SuppressNullableWarningExpression, b.Left));
                break;
            case InvocationExpressionSyntax i when OtherCall(i, model) is { } other:
                yield return new Change.Other("linq", other);
                break;
        }
    }

    private static InvocationExpressionSyntax? OtherCall(InvocationExpressionSyntax i, SemanticModel model)
    {
        if (i.Expression is not MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } access
            || !s_linq.TryGetValue(name.Identifier.Text, out string? to)
            || (name.Identifier.Text == "Any" && i.ArgumentList.Arguments.Count == 0))
            return null;
        INamespaceSymbol? space = model.GetSymbolInfo(i).Symbol?.ContainingNamespace;
        return space?.ToDisplayString() is not ("System.Linq" or "System.Collections.Immutable")
            ? null : i.WithExpression(access.WithName(IdentifierName(to)));
    }

    // What `x with { A = e }` would have kept.
    private static MemberAccessExpressionSyntax? Unchanged(ExpressionSyntax e) =>
        e.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax name,
            Parent: InitializerExpressionSyntax { Parent: WithExpressionSyntax with } } assignment
        && assignment.Right == e && IsPlain(with.Expression)
            ? MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression,
                with.Expression.WithoutTrivia(), IdentifierName(name.Identifier.Text))
            : null;

    private static bool IsPlain(ExpressionSyntax e) => e switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax => true,
        MemberAccessExpressionSyntax m => IsPlain(m.Expression),
        _ => false,
    };

    private static Dictionary<string, string> Both(params (string A, string B)[] pairs) => new(
        pairs.SelectMany(p => new KeyValuePair<string, string>[] { new(p.A, p.B), new(p.B, p.A) }));
}
