package dev.attune.core.expression;

import dev.attune.core.yaml.YamlNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Compiles conditions over declared variables. Names may be dotted ({@code intent.label}). All
 * numbers are doubles; whole literals are read as doubles too, so {@code clicks > 3} is fine.
 */
public final class Expressions {
  private static final CelOptions OPTIONS =
      CelOptions.current().enableHeterogeneousNumericComparisons(true).build();

  private final List<String> names;
  private final List<VariableType> types;
  private final Map<String, Integer> slots = new LinkedHashMap<>();
  private final Set<String> flags = new HashSet<>();
  private final Set<String> maps = new HashSet<>();
  private final Map<String, Vocabulary> vocabularies;
  private final Cel cel;

  /** Variables with their types; a variable's slot is its place in the map's order. */
  public Expressions(Map<String, VariableType> variables) {
    this(variables, Map.of());
  }

  /**
   * The same, some of them with the texts that they can be or hold.
   *
   * @param vocabularies by the variable's name
   */
  public Expressions(Map<String, VariableType> variables, Map<String, Vocabulary> vocabularies) {
    this.vocabularies = Map.copyOf(vocabularies);
    names = List.copyOf(variables.keySet());
    types = List.copyOf(variables.values());
    for (int i = 0; i < names.size(); i++) {
      slots.put(names.get(i), i);
      switch (types.get(i)) {
        case FLAG -> flags.add(names.get(i));
        case MAP -> maps.add(names.get(i));
        case NUMBER, TEXT, TEXTS -> {}
      }
    }
    var builder =
        CelFactory.standardCelBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setResultType(SimpleType.BOOL);
    builder.addFunctionDeclarations(NumberEquality.declarations());
    builder.addFunctionBindings(NumberEquality.bindings());
    variables.forEach((name, type) -> builder.addVar(name, celType(type)));
    cel = builder.build();
  }

  public List<String> names() {
    return names;
  }

  /** Compiles a YAML value; a fault is reported there and the result is never true. */
  public Expression compile(YamlNode node) {
    return node.isMissing() ? Expression.never(node.text()) : compile(node.text(), node);
  }

  /** Compiles a text that a YAML value holds; faults are reported in the value. */
  public Expression compile(String text, YamlNode where) {
    return read(text, where).map(Condition::compiled).orElseGet(() -> Expression.never(text));
  }

  /** Compiles what was made of compiled conditions; a fault of theirs is not told again. */
  public Expression derived(String text) {
    try {
      return compile(text);
    } catch (ExpressionException e) {
      return Expression.never(text);
    }
  }

  public Expression compile(String text) throws ExpressionException {
    return read(text).compiled();
  }

  /** Reads a text that a YAML value holds; empty if faults were reported in the value. */
  public Optional<Condition> read(String text, YamlNode where) {
    try {
      return Optional.of(read(text));
    } catch (ExpressionException e) {
      e.faults().forEach(fault -> where.problemIn(text, fault.offset(), fault.message()));
      return Optional.empty();
    }
  }

  public Condition read(String text) throws ExpressionException {
    CelAbstractSyntaxTree checked = check(text, UnaryOperator.identity());
    Expression compiled = NativeCompiler.compile(text, checked, slots, types);
    return new Condition(compiled == null ? interpret(text) : compiled, checked);
  }

  /** By CEL's own interpreter: also the oracle of the compiler's tests. */
  Expression interpret(String text) throws ExpressionException {
    try {
      CelAbstractSyntaxTree checked =
          check(text, ast -> MissingKeys.guarded(MissingFlags.guarded(ast, flags), maps));
      CelAbstractSyntaxTree exact = cel.check(NumberEquality.exact(checked)).getAst();
      return new CelExpression(text, cel.createProgram(exact), slots, types);
    } catch (CelEvaluationException | CelValidationException e) {
      throw new ExpressionException(List.of(new ExpressionFault(0, CelMessages.UNCLEAR)));
    }
  }

  private CelAbstractSyntaxTree check(String text, UnaryOperator<CelAbstractSyntaxTree> change)
      throws ExpressionException {
    CelAbstractSyntaxTree parsed = parse(text);
    var nameCheck = new NameCheck(text, parsed, names, vocabularies);
    try {
      CelAbstractSyntaxTree checked =
          cel.check(change.apply(IntegerLiterals.asDoubles(parsed))).getAst();
      refuse(nameCheck.unknownWords());
      refuse(PatternCheck.faults(text, parsed));
      return checked;
    } catch (CelValidationException e) {
      refuse(nameCheck.unknownNamesAndWords());
      throw refused(text, e, parsed.getSource().getPositionsMap());
    }
  }

  private CelAbstractSyntaxTree parse(String text) throws ExpressionException {
    try {
      return cel.parse(text).getAst();
    } catch (CelValidationException e) {
      throw refused(text, e, Map.of());
    }
  }

  private static void refuse(List<ExpressionFault> faults) throws ExpressionException {
    if (!faults.isEmpty()) {
      throw new ExpressionException(faults);
    }
  }

  /**
   * @param places of the condition's parts by their ids, in code points
   */
  private static ExpressionException refused(
      String text, CelValidationException e, Map<Long, Integer> places) {
    CelIssue issue = e.getErrors().getFirst();
    Integer known = places.get(issue.getExprId());
    int place = known == null ? CelMessages.place(text, issue.getSourceLocation()) : known;
    String message = CelMessages.explain(issue.getMessage());
    return new ExpressionException(List.of(ExpressionFault.at(text, place, message)));
  }

  private static CelType celType(VariableType type) {
    return switch (type) {
      case NUMBER -> SimpleType.DOUBLE;
      case TEXT -> NullableType.create(SimpleType.STRING);
      case FLAG -> NullableType.create(SimpleType.BOOL);
      case TEXTS -> ListType.create(SimpleType.STRING);
      case MAP -> MapType.create(SimpleType.STRING, SimpleType.DYN);
    };
  }
}
