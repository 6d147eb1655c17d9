using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Truce.Analyzers;

/// <summary>
/// The compiler reports CS8509 on every switch over a class hierarchy, even a closed one. This suppressor
/// silences it only where each nested case of the closed base (abstract, private constructors only) is
/// matched without a condition, so that adding a case still breaks the build at every switch.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClosedHierarchySuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor s_rule = new(
        id: "TRUCES001",
        suppressedDiagnosticId: "CS8509",
        justification: "Every nested case of the closed hierarchy is matched");

    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
        ImmutableArray.Create(s_rule);

    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            SyntaxTree? tree = diagnostic.Location.SourceTree;
            SyntaxNode? node = tree?.GetRoot(context.CancellationToken)
                .FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            SwitchExpressionSyntax? match = node?.FirstAncestorOrSelf<SwitchExpressionSyntax>();
            if (tree is null || match is null)
                continue;

            SemanticModel model = context.GetSemanticModel(tree);
            if (IsExhaustive(match, model))
                context.ReportSuppression(Suppression.Create(s_rule, diagnostic));
        }
    }

    private static bool IsExhaustive(SwitchExpressionSyntax match, SemanticModel model)
    {
        ITypeSymbol? governing = model.GetTypeInfo(match.GoverningExpression).Type;
        if (governing is not INamedTypeSymbol root || !ClosedHierarchy.IsClosed(root))
            return false;

        var matched = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (SwitchExpressionArmSyntax arm in match.Arms)
        {
            if (arm.WhenClause is null)
                ClosedHierarchy.Collect(arm.Pattern, model, matched);
        }

        return ClosedHierarchy.Missing(root, matched).IsEmpty;
    }
}
