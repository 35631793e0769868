# patrol-service behind API Gateway or a function URL.
#
# Terraform rather than SAM: the function lives among a VPC, a database and two peers that are kept in Terraform as a
# rule, and SAM's gain (events and a package in one file) is small where the function is an image.
#
# An image rather than a zip: the service needs Node 24, which a zip gets from a managed runtime that the provider has to
# know by name; an image brings its own, the same one as the container's, with the same scanning and the same registry.
#
# Not here, for all instances must find them done: the migrations. Run `npm run migrate` once per deployment, before.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

locals {
  has_api = var.front == "api"

  environment = merge(var.settings, {
    ENVIRONMENT           = "production"
    PATROL_SECRET_ID      = var.secret_arn
    AUTH_GRPC_HOST        = var.auth_service.host
    AUTH_GRPC_PORT        = tostring(var.auth_service.port)
    APPLICATION_GRPC_HOST = var.application_service.host
    APPLICATION_GRPC_PORT = tostring(var.application_service.port)
    CAMPUS_BUILDINGS      = var.campus.buildings
    LEAVE_LOOKBACK_DAYS   = tostring(var.campus.leave_lookback_days)
    HAND_IN_UNCHECKED     = var.campus.hand_in_unchecked
  })

  # RDS Proxy listens on PostgreSQL's own port, whatever the instance behind it does.
  proxy_port = 5432

  # What may be reached by its security group; Secrets Manager has a rule of its own.
  reaches = {
    database    = var.rds_proxy == null ? { group = var.database.security_group_id, port = var.database.port } : { group = aws_security_group.proxy[0].id, port = local.proxy_port }
    auth        = { group = var.peers_security_group_id, port = var.auth_service.port }
    application = { group = var.peers_security_group_id, port = var.application_service.port }
  }
}

# --- the function ---

resource "aws_lambda_function" "patrols" {
  function_name = var.name
  description   = "Evening patrols of Campus Sirius"
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.architecture]
  role          = aws_iam_role.patrols.arn
  memory_size   = var.memory_mb

  # Above the longest request (peers 5 s, PostgreSQL 5 s, a thaw 2 s) and below the HTTP API's own 30 s.
  timeout = 20

  # Each instance holds a connection: this bounds what a rush of requests can do to PostgreSQL.
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = local.environment
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.patrols.id]
  }

  logging_config {
    # The service writes JSON already; Lambda's JSON format would wrap it once more.
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.patrols.name
  }

  # Without its rights the function could neither write its log nor reach its network when it first starts.
  depends_on = [aws_iam_role_policy.patrols]
}

resource "aws_cloudwatch_log_group" "patrols" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
}

resource "aws_security_group" "patrols" {
  name        = "${var.name}-lambda"
  description = "Outbound only: nobody connects to a function"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "reaches" {
  for_each = local.reaches

  security_group_id            = aws_security_group.patrols.id
  description                  = each.key
  referenced_security_group_id = each.value.group
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

# One of the three is said, and the other two are null.
resource "aws_vpc_security_group_egress_rule" "secrets_manager" {
  security_group_id            = aws_security_group.patrols.id
  description                  = "Secrets Manager"
  referenced_security_group_id = var.secrets_manager.endpoint_security_group_id
  prefix_list_id               = var.secrets_manager.prefix_list_id
  cidr_ipv4                    = var.secrets_manager.cidr_ipv4
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

# --- what it may do ---

resource "aws_iam_role" "patrols" {
  name               = "${var.name}-lambda"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "patrols" {
  name   = "patrols"
  role   = aws_iam_role.patrols.id
  policy = data.aws_iam_policy_document.rights.json
}

data "aws_iam_policy_document" "rights" {
  statement {
    sid       = "WriteItsOwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.patrols.arn}:*"]
  }

  statement {
    sid       = "ReadItsOwnSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secret_arn]
  }

  dynamic "statement" {
    for_each = var.secret_kms_key_arn == null ? [] : [var.secret_kms_key_arn]

    content {
      sid       = "DecryptItsOwnSecret"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:EncryptionContext:SecretARN"
        values   = [var.secret_arn]
      }
    }
  }

  # Lambda makes the network interfaces with the function's role; these actions know no narrower resource.
  statement {
    sid = "JoinTheNetwork"
    actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]
  }

  # What Lambda does with that role, the code that runs under it must not.
  statement {
    sid       = "NotFromWithin"
    effect    = "Deny"
    actions   = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
    resources = ["*"]

    condition {
      test     = "ArnLike"
      variable = "lambda:SourceFunctionArn"
      values   = ["arn:*:lambda:*:*:function:${var.name}"]
    }
  }
}
